/** The door of the XML stage: text to a tree that loses nothing, and edits of the text by that tree. */
export { applied, type Edit } from './edit.ts'
export { attributeText, contentText, isText, quoteOf } from './escape.ts'
export { attribute, attributeOf, child, children, childText, descend, textOf } from './find.ts'
export { remembered } from './remembered.ts'
export { type Source, sourceOf } from './source.ts'
export { type Attribute, type Token, tokens } from './token.ts'
export { type Document, type Element, type Node, parseXml, print } from './tree.ts'
