/** How a guest's memory travels where a test is about something else, as the program is told. */
export const TRANSFER = { pausesMs: [300, 1000], patience: { passes: 3, seconds: 10 } } as const
