/** The door of the blade driver: how a machine is reached over SSH, read and told to act. */
export { BladeConnections } from './connections.ts'
export { type CommandRunner, failureError, type Output, type RunOptions } from './runner.ts'
export { controlDirectory, type SshSettings } from './ssh-command.ts'
