/** What a command's help says: one line, and how it is typed. */
export const docs = (brief: string, ...examples: readonly [string, ...string[]]) => ({
  brief,
  fullDescription: [
    brief,
    '',
    ...examples.map((example, i) => `${i > 0 ? '        ' : 'Example:'} anyblade ${example}`),
  ].join('\n'),
})
