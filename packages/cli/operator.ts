/** Who acts, as the blades tell others: the account and its machine. */
import { hostname, userInfo } from 'node:os'

export const operatorName = (): string => `${account()}@${hostname()}`.replace(/[^A-Za-z0-9@._-]/g, '-').slice(0, 100)

function account(): string {
  try {
    return userInfo().username
  } catch {
    return `uid${process.getuid?.() ?? ''}` // an account that the machine has no name for
  }
}
