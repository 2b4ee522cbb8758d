/**
 * What can be asked about and done to a domain, one call each.
 * May come in: an open session and a reference that libvirt gave. May not: a decision (who may run where is others').
 * All throw those of `Session.call`; a domain that is not there is a value where it is looked up, else LibvirtRefused.
 */
import { LibvirtRefused, REFUSAL } from '#errors'
import { type DomainRef, type DomainState, domainState, procedures } from '#protocol'
import type { Limits, Session } from '#session'

/** Source: virConnectListAllDomainsFlags */
const LIST = { all: 0, running: 1, stopped: 2 } as const

/** `running`: active by libvirt's word, paused ones included. */
export function listDomains(session: Session, which: keyof typeof LIST, limits: Limits): Promise<DomainRef[]> {
  return session.call(procedures.listAllDomains, { flags: LIST[which] }, limits)
}

/** Undefined where no domain has the name. */
export function findByName(session: Session, name: string, limits: Limits): Promise<DomainRef | undefined> {
  return undefinedIfAbsent(session.call(procedures.lookupByName, name, limits))
}

/** Undefined where no domain has the uuid. */
export function findByUuid(session: Session, uuid: string, limits: Limits): Promise<DomainRef | undefined> {
  return undefinedIfAbsent(session.call(procedures.lookupByUuid, uuid, limits))
}

async function undefinedIfAbsent(lookup: Promise<DomainRef>): Promise<DomainRef | undefined> {
  try {
    return await lookup
  } catch (error) {
    if (error instanceof LibvirtRefused && error.refusal.number === REFUSAL.noDomain) return undefined
    throw error
  }
}

export async function stateOf(session: Session, domain: DomainRef, limits: Limits): Promise<DomainState> {
  const { state, reason } = await session.call(procedures.state, { domain, flags: 0 }, limits)
  return domainState(state, reason)
}

/** Source: virDomainXMLFlags */
const XML = { current: 0, secure: 1, inactive: 2, migratable: 8 } as const

/** `current`: of the running domain if it runs. `inactive`: as defined. `migratable`: as another libvirt takes it. */
export function xmlOf(session: Session, domain: DomainRef, which: keyof typeof XML, limits: Limits): Promise<string> {
  return session.call(procedures.xml, { domain, flags: XML[which] }, limits)
}

/** Source: virDomainDefineFlags */
const DEFINE = { lenient: 0, schema: 1 } as const

/** Defines the domain, or redefines the one of the same uuid. `schema` refuses what libvirt would silently ignore. */
export function defineDomain(
  session: Session,
  xml: string,
  validation: keyof typeof DEFINE,
  limits: Limits,
): Promise<DomainRef> {
  return session.call(procedures.define, { xml, flags: DEFINE[validation] }, limits)
}

/** Source: virDomainCreateFlags */
const CREATE = { running: 0, paused: 1 } as const

/** Starts a defined domain; the result has its new number. */
export function startDomain(
  session: Session,
  domain: DomainRef,
  into: keyof typeof CREATE,
  limits: Limits,
): Promise<DomainRef> {
  return session.call(procedures.create, { domain, flags: CREATE[into] }, limits)
}

/** Pulls the plug. */
export function destroyDomain(session: Session, domain: DomainRef, limits: Limits): Promise<void> {
  return session.call(procedures.destroy, { domain, flags: 0 }, limits)
}

/** Asks the guest to shut down; that it was asked says nothing of when it will. */
export function shutdownDomain(session: Session, domain: DomainRef, limits: Limits): Promise<void> {
  return session.call(procedures.shutdown, { domain, flags: 0 }, limits)
}

/** Source: virDomainUndefineFlagsValues. With `no-nvram` libvirt refuses a domain that has a variable store. */
const UNDEFINE = { 'no-nvram': 0, 'keep-nvram': 8, 'delete-nvram': 4 } as const

/** Forgets the definition; a running domain goes on and is gone when it stops. */
export function undefineDomain(
  session: Session,
  domain: DomainRef,
  nvram: keyof typeof UNDEFINE,
  limits: Limits,
): Promise<void> {
  return session.call(procedures.undefine, { domain, flags: UNDEFINE[nvram] }, limits)
}

export function suspendDomain(session: Session, domain: DomainRef, limits: Limits): Promise<void> {
  return session.call(procedures.suspend, { domain }, limits)
}

export function resumeDomain(session: Session, domain: DomainRef, limits: Limits): Promise<void> {
  return session.call(procedures.resume, { domain }, limits)
}

/** Source: VIR_DOMAIN_BLOCK_RESIZE_BYTES */
const IN_BYTES = 1

/** Tells the guest of a disk's new size; `disk` is a target such as `vda`. Refused until the LUN itself has grown. */
export function resizeDisk(
  session: Session,
  domain: DomainRef,
  disk: string,
  sizeBytes: bigint,
  limits: Limits,
): Promise<void> {
  return session.call(procedures.blockResize, { domain, disk, sizeBytes, flags: IN_BYTES }, limits)
}
