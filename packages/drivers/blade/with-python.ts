/** Programs of python3 that are asked beside the probe: the text is $1, the words that follow its mode come as $2 and on. */

/** `mode`: what the program is told first, such as `job 5`. Fails where there is no python3. */
export const withPython = (mode: string): string =>
  `for p in python3 /usr/libexec/platform-python; do command -v "$p" >/dev/null && exec "$p" -I -S -c "$1" ${mode} "$2"; done; exit 1`
