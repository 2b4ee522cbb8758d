/**
 * Which keywords each section has, in which releases, as facts. Rows stand in the order the tool prints them.
 * A row is `keyword | RELEASES | kind of value | compiled-in value | notes`. RELEASES is a comma list of FIRST-LAST.
 * Compiled in: `=` is what the setting starts with, `~` what is shown while it is unset; RELEASES may follow it.
 * Notes: `as X` (another spelling of X), `unshown RELEASES` (never printed back). A kind is explained in `values/`.
 * May come in: facts of released versions. May not: code.
 * Source: dict.c (init_keywords), defaults.h and config.c of each release, 0.4.9 to 0.14.3.
 */
export const KEYWORD_TABLE = `
[defaults]
verbosity | 0.4.9- | number 0 4 | = 2
polling_interval | 0.4.9- | interval | = 0 0.4.9-0.4.9 ; = 5 0.5.0-0.8.3
udev_dir | 0.4.9-0.4.9 | text | ~ "/dev"
max_polling_interval | 0.5.0- | count
reassign_maps | 0.5.0- | yes-no | = yes 0.5.0-0.5.9 ; = no 0.6.0-
multipath_dir | 0.4.9- | directory | = "/lib/multipath" 0.4.9-0.4.9 ; = "/lib64/multipath" 0.5.0-0.8.9
selector | 0.4.9-0.4.9 | arguments 1 | ~ "round-robin 0" | as path_selector
path_selector | 0.5.0- | arguments 1 | ~ "service-time 0"
path_grouping_policy | 0.4.9- | grouping | ~ group_by_prio 0.6.2-0.6.2 ; ~ failover 0.4.9-
uid_attrs | 0.7.0- | attributes
uid_attribute | 0.5.0- | text | ~ "ID_SERIAL"
getuid_callout | 0.4.9- | callout | ~ "/lib/udev/scsi_id --whitelisted --device=/dev/%n" 0.4.9-0.4.9
prio | 0.4.9- | text | ~ "const"
prio_args | 0.4.9- | text | ~ ""
features | 0.4.9- | arguments 0 | ~ "0"
path_checker | 0.4.9- | text | ~ "directio" 0.4.9-0.6.1 ; ~ "tur" 0.6.2-
checker | 0.4.9- | text | ~ "directio" 0.4.9-0.4.9 | as path_checker ; unshown 0.5.0-
alias_prefix | 0.5.0- | name | ~ "mpath"
failback | 0.4.9- | failback | ~ immediate 0.6.2-0.6.2 ; ~ manual 0.4.9-
rr_min_io | 0.4.9- | number 0 2147483647 | = 1000 0.4.9-0.4.9 ; ~ 1000 0.5.0-
rr_min_io_rq | 0.5.0- | number 0 2147483647 | ~ 1
max_fds | 0.4.9- | files | = 0 0.4.9-0.4.9 ; = max 0.5.0-
rr_weight | 0.4.9- | weight | ~ uniform
no_path_retry | 0.4.9- | retry
queue_without_daemon | 0.4.9- | yes-no | = no 0.5.0-
checker_timeout | 0.5.0- | number 0 2147483647
allow_usb_devices | 0.8.5- | yes-no | = no
pg_timeout | 0.4.9- | group-timeout | ~ none 0.4.9-0.5.9
flush_on_last_del | 0.4.9- | flush | ~ no 0.5.0-0.9.8 ; ~ unused 0.9.9-
user_friendly_names | 0.4.9- | yes-no-unset | ~ no
mode | 0.4.9- | mode
uid | 0.4.9- | owner
gid | 0.4.9- | group
fast_io_fail_tmo | 0.4.9- | seconds-or-off | = 5 0.5.0-0.7.1 ; ~ 5 0.7.2-
dev_loss_tmo | 0.4.9- | loss
eh_deadline | 0.8.6- | seconds-or-off
max_retries | 0.9.7- | retries
bindings_file | 0.5.0- | path | = "/etc/multipath/bindings" 0.5.0-0.9.6
wwids_file | 0.5.0- | path | = "/etc/multipath/wwids" 0.5.0-0.9.6
prkeys_file | 0.7.3- | path | = "/etc/multipath/prkeys" 0.7.3-0.9.6
log_checker_err | 0.5.0- | logging | = always
reservation_key | 0.5.0- | key
all_tg_pt | 0.7.8- | yes-no-unset | ~ no
retain_attached_hw_handler | 0.5.0- | yes-no-unset | = no 0.5.0-0.6.1 ; = yes 0.6.2-0.7.1 ; ~ no 0.5.0-0.7.5 ; ~ yes 0.7.6-
detect_prio | 0.5.0- | yes-no-unset | = no 0.5.0-0.6.1 ; = yes 0.6.2-0.7.1 ; ~ no 0.5.0-0.7.5 ; ~ yes 0.7.6-
detect_checker | 0.7.0- | yes-no-unset | = yes 0.7.0-0.7.1 ; ~ no 0.7.0-0.7.5 ; ~ yes 0.7.6-
detect_pgpolicy | 0.9.6- | yes-no-unset | ~ yes
detect_pgpolicy_use_tpg | 0.9.6- | yes-no-unset | ~ no
force_sync | 0.6.0- | yes-no | = no
strict_timing | 0.6.1- | yes-no | = no
deferred_remove | 0.6.0- | yes-no-unset | ~ no
partition_delimiter | 0.6.0- | delimiter
config_dir | 0.6.0- | drop-in-directory | = "/etc/multipath/conf.d" 0.6.0-0.8.9
delay_watch_checks | 0.6.0- | number-or-no | ~ no 0.7.8-
delay_wait_checks | 0.6.0- | number-or-no | ~ no 0.7.8-
san_path_err_threshold | 0.7.0-0.7.3,0.8.0- | number-or-no | = no 0.7.0-0.7.1 ; ~ no 0.7.2-
san_path_err_forget_rate | 0.7.0-0.7.3,0.8.0- | number-or-no | = no 0.7.0-0.7.1 ; ~ no 0.7.2-
san_path_err_recovery_time | 0.7.0-0.7.3,0.8.0- | number-or-no | = no 0.7.0-0.7.1 ; ~ no 0.7.2-
marginal_path_err_sample_time | 0.7.4- | number-or-no | ~ no
marginal_path_err_rate_threshold | 0.7.4- | number-or-no | ~ no
marginal_path_err_recheck_gap_time | 0.7.4- | number-or-no | ~ no
marginal_path_double_failed_time | 0.7.4- | number-or-no | ~ no
find_multipaths | 0.6.0- | finding | = no 0.6.0-0.7.6 ; = strict 0.7.7-
uxsock_timeout | 0.6.0- | reply-timeout | = 4000
retrigger_tries | 0.6.0- | number 0 2147483647 | = 3
retrigger_delay | 0.6.0- | number 0 2147483647 | = 10
missing_uev_wait_timeout | 0.6.0- | number 0 2147483647 | = 30
skip_kpartx | 0.6.4- | yes-no-unset | ~ no
purge_disconnected | 0.14.0- | yes-no-unset | ~ no
disable_changed_wwids | 0.6.4- | ignored | = no 0.6.4-0.7.5 ; = yes 0.7.6-0.8.0
remove_retries | 0.7.0- | number 0 2147483647 | = 0
max_sectors_kb | 0.7.0- | number 0 2147483647
ghost_delay | 0.7.5- | number-or-no | = no
auto_resize | 0.9.7- | resizing | = never
find_multipaths_timeout | 0.7.7- | number -2147483648 2147483647 | ~ -10
enable_foreign | 0.8.3- | text | ~ "" 0.8.3-0.8.4 ; ~ "NONE" 0.8.5-
marginal_pathgroups | 0.8.3- | marginal | = off 0.8.9- ; = no 0.8.3-0.8.8
recheck_wwid | 0.8.6- | yes-no-unset | ~ no
default_selector | 0.4.9-0.8.9 | arguments 1 |  | as path_selector ; unshown 0.4.9-0.8.9
default_path_grouping_policy | 0.4.9-0.8.9 | grouping |  | as path_grouping_policy ; unshown 0.4.9-0.8.9
default_uid_attribute | 0.5.0-0.8.9 | text |  | as uid_attribute ; unshown 0.5.0-0.8.9
default_getuid_callout | 0.4.9-0.8.9 | text |  | as getuid_callout ; unshown 0.4.9-0.8.9
default_features | 0.4.9-0.8.9 | arguments 0 |  | as features ; unshown 0.4.9-0.8.9
default_path_checker | 0.4.9-0.8.9 | text |  | as path_checker ; unshown 0.4.9-0.8.9
[blacklist]
devnode | 0.4.9- | pattern
wwid | 0.4.9- | pattern
property | 0.5.0- | pattern
protocol | 0.7.8- | pattern
device | 0.4.9- | section
[blacklist/device]
vendor | 0.4.9- | pattern
product | 0.4.9- | pattern
[blacklist_exceptions]
devnode | 0.4.9- | pattern
wwid | 0.4.9- | pattern
property | 0.5.0- | pattern
protocol | 0.7.8- | pattern
device | 0.4.9- | section
[blacklist_exceptions/device]
vendor | 0.4.9- | pattern
product | 0.4.9- | pattern
[devices]
device | 0.4.9- | section
[devices/device]
vendor | 0.4.9- | text
product | 0.4.9- | text
revision | 0.5.0- | text
product_blacklist | 0.4.9- | text
path_grouping_policy | 0.4.9- | grouping
uid_attribute | 0.5.0- | text
getuid_callout | 0.4.9- | callout
path_selector | 0.4.9- | arguments 1
path_checker | 0.4.9- | text
checker | 0.4.9- | text |  | as path_checker ; unshown 0.5.0-
alias_prefix | 0.5.0- | name
features | 0.4.9- | arguments 0
hardware_handler | 0.4.9- | arguments 0
prio | 0.4.9- | text
prio_args | 0.4.9- | text
failback | 0.4.9- | failback
rr_weight | 0.4.9- | weight
no_path_retry | 0.4.9- | retry
rr_min_io | 0.4.9- | number 0 2147483647
rr_min_io_rq | 0.5.0- | number 0 2147483647
pg_timeout | 0.4.9- | group-timeout
flush_on_last_del | 0.4.9- | flush
fast_io_fail_tmo | 0.4.9- | seconds-or-off
dev_loss_tmo | 0.4.9- | loss
eh_deadline | 0.8.6- | seconds-or-off
user_friendly_names | 0.5.0- | yes-no-unset
retain_attached_hw_handler | 0.5.0- | yes-no-unset
detect_prio | 0.5.0- | yes-no-unset
detect_checker | 0.7.0- | yes-no-unset
detect_pgpolicy | 0.9.6- | yes-no-unset
detect_pgpolicy_use_tpg | 0.9.6- | yes-no-unset
deferred_remove | 0.6.0- | yes-no-unset
delay_watch_checks | 0.6.0- | number-or-no
delay_wait_checks | 0.6.0- | number-or-no
san_path_err_threshold | 0.7.0-0.7.3,0.8.0- | number-or-no
san_path_err_forget_rate | 0.7.0-0.7.3,0.8.0- | number-or-no
san_path_err_recovery_time | 0.7.0-0.7.3,0.8.0- | number-or-no
marginal_path_err_sample_time | 0.7.4- | number-or-no
marginal_path_err_rate_threshold | 0.7.4- | number-or-no
marginal_path_err_recheck_gap_time | 0.7.4- | number-or-no
marginal_path_double_failed_time | 0.7.4- | number-or-no
skip_kpartx | 0.6.4- | yes-no-unset
purge_disconnected | 0.14.0- | yes-no-unset
max_sectors_kb | 0.7.0- | number 0 2147483647
ghost_delay | 0.7.5- | number-or-no
all_tg_pt | 0.7.8- | yes-no-unset
vpd_vendor | 0.8.4- | vital-page
recheck_wwid | 0.8.6- | yes-no-unset
[multipaths]
multipath | 0.4.9- | section
[multipaths/multipath]
wwid | 0.4.9- | text
alias | 0.4.9- | name
path_grouping_policy | 0.4.9- | grouping
path_selector | 0.4.9- | arguments 1
prio | 0.5.0- | text
prio_args | 0.5.0- | text
failback | 0.4.9- | failback
rr_weight | 0.4.9- | weight
no_path_retry | 0.4.9- | retry
rr_min_io | 0.4.9- | number 0 2147483647
rr_min_io_rq | 0.5.0- | number 0 2147483647
pg_timeout | 0.4.9- | group-timeout
flush_on_last_del | 0.4.9- | flush
features | 0.5.0- | arguments 0
mode | 0.4.9- | mode
uid | 0.4.9- | owner
gid | 0.4.9- | group
reservation_key | 0.5.0- | key
user_friendly_names | 0.5.0- | yes-no-unset
deferred_remove | 0.6.0- | yes-no-unset
delay_watch_checks | 0.6.0- | number-or-no
delay_wait_checks | 0.6.0- | number-or-no
san_path_err_threshold | 0.7.0-0.7.3,0.8.0- | number-or-no
san_path_err_forget_rate | 0.7.0-0.7.3,0.8.0- | number-or-no
san_path_err_recovery_time | 0.7.0-0.7.3,0.8.0- | number-or-no
marginal_path_err_sample_time | 0.7.4- | number-or-no
marginal_path_err_rate_threshold | 0.7.4- | number-or-no
marginal_path_err_recheck_gap_time | 0.7.4- | number-or-no
marginal_path_double_failed_time | 0.7.4- | number-or-no
skip_kpartx | 0.6.4- | yes-no-unset
purge_disconnected | 0.14.0- | yes-no-unset
max_sectors_kb | 0.7.0- | number 0 2147483647
ghost_delay | 0.7.5- | number-or-no
[overrides]
path_grouping_policy | 0.6.0- | grouping
uid_attribute | 0.6.0- | text
getuid_callout | 0.6.0- | callout
path_selector | 0.6.0- | arguments 1
path_checker | 0.6.0- | text
checker | 0.6.0- | text |  | as path_checker ; unshown 0.6.0-
alias_prefix | 0.6.0- | name
features | 0.6.0- | arguments 0
prio | 0.6.0- | text
prio_args | 0.6.0- | text
failback | 0.6.0- | failback
rr_weight | 0.6.0- | weight
no_path_retry | 0.6.0- | retry
rr_min_io | 0.6.0- | number 0 2147483647
rr_min_io_rq | 0.6.0- | number 0 2147483647
flush_on_last_del | 0.6.0- | flush
fast_io_fail_tmo | 0.6.0- | seconds-or-off
dev_loss_tmo | 0.6.0- | loss
eh_deadline | 0.8.6- | seconds-or-off
user_friendly_names | 0.6.0- | yes-no-unset
retain_attached_hw_handler | 0.6.0- | yes-no-unset
detect_prio | 0.6.0- | yes-no-unset
detect_checker | 0.7.0- | yes-no-unset
detect_pgpolicy | 0.9.6- | yes-no-unset
detect_pgpolicy_use_tpg | 0.9.6- | yes-no-unset
deferred_remove | 0.6.0- | yes-no-unset
delay_watch_checks | 0.6.0- | number-or-no
delay_wait_checks | 0.6.0- | number-or-no
san_path_err_threshold | 0.7.0-0.7.3,0.8.0- | number-or-no
san_path_err_forget_rate | 0.7.0-0.7.3,0.8.0- | number-or-no
san_path_err_recovery_time | 0.7.0-0.7.3,0.8.0- | number-or-no
marginal_path_err_sample_time | 0.7.4- | number-or-no
marginal_path_err_rate_threshold | 0.7.4- | number-or-no
marginal_path_err_recheck_gap_time | 0.7.4- | number-or-no
marginal_path_double_failed_time | 0.7.4- | number-or-no
skip_kpartx | 0.6.4- | yes-no-unset
purge_disconnected | 0.14.0- | yes-no-unset
max_sectors_kb | 0.7.0- | number 0 2147483647
ghost_delay | 0.7.5- | number-or-no
all_tg_pt | 0.7.8- | yes-no-unset
recheck_wwid | 0.8.6- | yes-no-unset
protocol | 0.9.0- | section
[overrides/protocol]
type | 0.9.0- | transport
fast_io_fail_tmo | 0.9.0- | seconds-or-off
dev_loss_tmo | 0.9.0- | loss
eh_deadline | 0.9.0- | seconds-or-off
`
