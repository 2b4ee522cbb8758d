/** What a new document says of itself to who reads it: a head, and a remark behind a field where it is not plain. */
import type { DocumentKind } from '@anyblade/engine'

/** Where the schema of a kind lies, from the fleet's directory. */
export const SCHEMA_FILES: Readonly<Record<DocumentKind, string>> = {
  fleet: 'schemas/fleet.json',
  blades: 'schemas/blade.json',
  arrays: 'schemas/array.json',
  volumes: 'schemas/volume.json',
  vms: 'schemas/vm.json',
}

/** The first line is for editors, which then check the document while it is typed. */
const head = (kind: DocumentKind, says: string): string =>
  `# yaml-language-server: $schema=${kind === 'fleet' ? '' : '../'}${SCHEMA_FILES[kind]}\n# ${says}\n`

export const HEADS: Readonly<Record<DocumentKind, string>> = {
  fleet: head('fleet', 'The fleet: what is true of all of it.'),
  blades: head('blades', 'A blade: how it is reached, and its ports into the SAN.'),
  arrays: head('arrays', 'An array: how it is reached, where volumes are carved from, and its ports.'),
  volumes: head('volumes', 'A volume: one LUN, under this file’s name as its alias on every blade.'),
  vms: head('vms', 'A VM; the domain itself is the XML file beside this one.'),
}

export const REMARKS: Readonly<Partial<Record<DocumentKind, Readonly<Record<string, string>>>>> = {
  blades: {
    machine_id: '/etc/machine-id; shows that it is this machine that answers',
    key: 'its number in reservation keys, its own in the fleet; a blade without one reserves nothing',
    migration_host: 'how the other blades reach it, and where guests’ memory goes',
    chassis: 'what it shares power and cooling with',
    fenced: 'shut out of its volumes; `blade return` takes it back',
  },
  arrays: { pool: 'the thin pool, as VG/LV' },
  volumes: {
    wwid: 'as INQUIRY gives it, always quoted',
    lun: 'the same number on every blade; never given again while it is recorded',
    writer: 'array | guest | shared | lease | none',
    home: 'the blade under whose key it is reserved, where the writer is array',
    generation: 'of that key; grows each time the reservation passes to a blade',
    protected: 'must be set to false before it can be deleted',
    formerly: 'its names before; by the first one the array knows it, and no other volume gets one',
    state: 'aside: on no blade, still on the array; purged: nowhere; either way name and number are kept',
  },
  vms: {
    home: 'the blade that it is defined on',
    anti_affinity: 'no two VMs of one such group are moved onto one blade',
    shall_run: 'false: fleet up leaves it off',
    start_after: 'fleet up starts these before it',
  },
}
