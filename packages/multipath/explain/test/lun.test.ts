/** One LUN: which of the sections that concern it wins, keyword by keyword. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { explain, explainLun, type Lun } from '../../index.ts'

const FILE = `defaults {
	no_path_retry 1
	rr_min_io 7
}
blacklist {
	wwid "^3600b"
	device {
		vendor "DGC"
		product "LUNZ"
	}
}
devices {
	device {
		vendor "PURE"
		product "FlashArray"
		no_path_retry 2
		failback manual
	}
	device {
		vendor "PU.*"
		product ".*"
		failback 5
	}
}
overrides {
	dev_loss_tmo 100
	protocol {
		type "scsi:fcp"
		dev_loss_tmo 200
	}
}
multipaths {
	multipath {
		wwid 3600a
		alias vm1
		no_path_retry queue
	}
}
`

function of(lun: Lun, release = '0.9.4') {
  const main = { path: 'F', bytes: new TextEncoder().encode(FILE) }
  const found = explainLun(explain({ release, main }), lun)
  assert.ok(found !== undefined)
  const row = (keyword: string) => {
    const value = found.values.find((entry) => entry.keyword === keyword)
    return value === undefined ? undefined : [value.value, value.origin.section, value.origin.place?.line]
  }
  return { row, found }
}

const pure = { vendor: 'PURE', product: 'FlashArray' }

test('multipaths over devices over defaults', () => {
  assert.deepEqual(of({ ...pure, wwid: '3600a' }).row('no_path_retry'), ['queue', 'multipaths', 36])
  assert.deepEqual(of(pure).row('no_path_retry'), ['2', 'devices', 16])
  assert.deepEqual(of({ vendor: 'X', product: 'Y' }).row('no_path_retry'), ['1', 'defaults', 2])
})

test('a protocol over the other overrides', () => {
  assert.deepEqual(of({ ...pure, protocol: 'scsi:fcp' }).row('dev_loss_tmo'), ['200', 'overrides/protocol', 29])
  assert.deepEqual(of({ ...pure, protocol: 'scsi:iscsi' }).row('dev_loss_tmo'), ['100', 'overrides', 26])
})

test('the last matching device wins per keyword; what a file leaves unset comes from the built-in entry', () => {
  assert.deepEqual(of(pure).row('failback'), ['5', 'devices', 22])
  assert.deepEqual(of(pure).row('prio'), ['alua', 'built-in devices', undefined])
  assert.deepEqual(of({ vendor: 'NETAPP', product: 'LUN C-Mode' }).row('features'), [
    '2 pg_init_retries 50',
    'built-in devices',
    undefined,
  ])
})

test('compiled in, when nothing else is said', () => {
  assert.deepEqual(of({ vendor: 'X', product: 'Y' }).row('path_checker'), ['tur', 'compiled-in', undefined])
  assert.deepEqual(of({ vendor: 'X', product: 'Y' }).row('rr_min_io'), ['7', 'defaults', 3])
  assert.equal(of({ vendor: 'X', product: 'Y' }).row('alias'), undefined)
})

test('rules that keep it from multipath', () => {
  assert.deepEqual(
    of({ wwid: '3600b1' }).found.blacklisted.map(({ rule }) => rule),
    ['wwid ^3600b'],
  )
  assert.deepEqual(
    of({ vendor: 'DGC', product: 'LUNZ' })
      .found.blacklisted.map(({ rule }) => rule)
      .slice(0, 1),
    ['device DGC:LUNZ'],
  )
})
