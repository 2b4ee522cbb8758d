/** The files of the puppet module that are the same for every fleet. */
const MANIFEST = `# Written by anyblade. It delivers the multipath drop-in of each blade that has data in this module.
class anyblade (
  Optional[String] $content = undef,
) {
  $folder = '/etc/multipath/conf.d'

  # A blade without data keeps what it has.
  if $content =~ String {
    exec { 'anyblade: the folder of multipath drop-ins':
      command => "mkdir -p \${folder}",
      creates => $folder,
      path    => ['/usr/sbin', '/usr/bin', '/sbin', '/bin'],
    }

    file { "\${folder}/anyblade.conf":
      ensure  => $content ? { '' => absent, default => file },
      content => $content,
      owner   => 'root',
      group   => 'root',
      mode    => '0644',
      require => Exec['anyblade: the folder of multipath drop-ins'],
      notify  => Exec['anyblade: multipathd reconfigure'],
    }

    exec { 'anyblade: multipathd reconfigure':
      command     => 'multipathd reconfigure',
      refreshonly => true,
      path        => ['/usr/sbin', '/usr/bin', '/sbin', '/bin'],
    }
  }
}
`

const HIERA = `---
version: 5
defaults:
  datadir: data
  data_hash: yaml_data
hierarchy:
  - name: blades
    path: "nodes/%{trusted.certname}.yaml"
`

const METADATA = {
  name: 'anyblade-anyblade',
  version: '1.0.0',
  author: 'anyblade',
  summary: 'The multipath drop-ins of blades, as anyblade has rendered them',
  license: 'Apache-2.0',
  source: '',
  dependencies: [],
  requirements: [{ name: 'puppet', version_requirement: '>= 5.5.0' }],
}

/** By their paths in the module. */
export const MODULE_FILES: Readonly<Record<string, string>> = {
  'manifests/init.pp': MANIFEST,
  'hiera.yaml': HIERA,
  'metadata.json': `${JSON.stringify(METADATA, undefined, 2)}\n`,
}
