/**
 * The same by Ansible, as a careful administrator writes it: the file of all aliases from a template, checked by multipath before
 * it is put in place; multipathd told by a handler; read back before the next batch; one blade first, then all others.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DROP_IN, NEW, OTHERS } from './configured.ts'
import { type Cost, costOfCommand } from './cost.ts'
import type { Farm } from './farm.ts'
import { ansibleEnv } from './peers.ts'

const PLAYBOOK = `- hosts: all
  gather_facts: false
  serial: [1, '100%']
  any_errors_fatal: true
  vars_files: [aliases.json]
  tasks:
    - name: the aliases, once multipath has read them
      ansible.builtin.template:
        src: aliases.conf.j2
        dest: '{{ blade_root }}${DROP_IN}'
        mode: '0644'
        validate: multipath-try %s
      notify: reconfigure
    - ansible.builtin.meta: flush_handlers
    - name: read back
      ansible.builtin.command: multipathd show maps format "%n %w"
      register: maps
      changed_when: false
      until: "'${NEW.alias} ${NEW.wwid}' in maps.stdout_lines"
      retries: 30
      delay: 1
  handlers:
    - name: reconfigure
      ansible.builtin.command: multipathd reconfigure
      register: told
      failed_when: "'ok' not in told.stdout_lines"
`
const TEMPLATE = `defaults {
	reservation_key file
}
multipaths {
{% for one in aliases %}
	multipath {
		wwid "{{ one.wwid }}"
		alias {{ one.alias }}
	}
{% endfor %}
}
`

export class Playbook {
  readonly name = 'Ansible'
  readonly #controls: string
  readonly #env: Readonly<Record<string, string>>
  readonly #words: string
  readonly #play: string

  constructor(farm: Farm) {
    const file = (name: string) => join(farm.directory, 'playbook', name)
    mkdirSync(file(''))
    writeFileSync(file('hosts'), farm.names.map((name) => `${name} blade_root=${farm.root(name)}\n`).join(''))
    writeFileSync(file('aliases.json'), JSON.stringify({ aliases: [...OTHERS, NEW] }))
    writeFileSync(file('aliases.conf.j2'), TEMPLATE)
    writeFileSync(file('roll-out.yml'), PLAYBOOK)
    this.#controls = farm.newControls()
    this.#env = ansibleEnv(farm, this.#controls)
    this.#words = `-i ${file('hosts')} -f ${farm.names.length}`
    this.#play = file('roll-out.yml')
  }

  /** So that the first play is not the one that logs in. */
  connect(): void {
    costOfCommand(`ansible all ${this.#words} -m ansible.builtin.command -a true`, this.#env)
  }

  run(): Cost {
    return costOfCommand(`ansible-playbook ${this.#words} ${this.#play}`, this.#env, this.#controls)
  }
}
