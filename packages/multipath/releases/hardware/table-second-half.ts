/**
 * The second half of libmultipath's built-in hardware table, as facts: which releases carry which entry, in table order.
 * A line is `RELEASES : keyword value ; keyword value ...`; RELEASES is a comma list of FIRST-LAST (no LAST: still there).
 * May come in: facts of released versions. May not: code, a guess about a release that was not read.
 * Source: libmultipath/hwtable.c of each released version, 0.4.9 to 0.14.3.
 */
export const TABLE_SECOND_HALF = `
0.6.3-0.6.3 : vendor "HITACHI" ; product "^DF" ; features "1 queue_if_no_path" ; path_grouping_policy group_by_prio ; failback immediate ; prio "hds"
0.6.4-0.7.6 : vendor "(HITACHI|HP)" ; product "^DF" ; no_path_retry queue ; path_grouping_policy group_by_prio ; failback immediate ; prio "hds"
0.9.0-0.9.5 : vendor "(HITACHI|HP|HPE)" ; product "^OPEN-" ; path_grouping_policy multibus
0.10.5- : vendor "FUJITSU" ; product "ETERNUS_AHB" ; product_blacklist "Universal Xport" ; path_grouping_policy group_by_prio ; path_checker "rdac" ; features "2 pg_init_retries 50" ; prio "rdac" ; failback immediate ; no_path_retry 30
0.9.6- : vendor "(HITACHI|HP|HPE)" ; product "^OPEN-" ; path_grouping_policy group_by_prio ; failback immediate ; no_path_retry 10
0.7.7- : vendor "HITACHI" ; product "^DF" ; no_path_retry queue ; path_grouping_policy group_by_prio ; failback immediate ; prio "hds"
0.7.8- : vendor "HITACHI" ; product "^DF600F" ; path_grouping_policy multibus
0.10.4-0.10.6,0.11.2- : vendor "HITACHI" ; product "Hi-SDS" ; path_grouping_policy group_by_prio ; failback immediate ; no_path_retry 6 ; prio "alua" ; path_checker "directio" ; detect_checker no
0.10.5-0.10.6,0.11.3-0.11.4,0.12.1- : vendor "NVME" ; product "HITACHI SVOS-RF-System" ; no_path_retry queue
0.6.2- : vendor "IBM" ; product "ProFibre 4000R" ; path_grouping_policy multibus
0.6.2-0.6.2 : vendor "IBM" ; product "^1722-600" ; product_blacklist "Universal Xport" ; features "1 queue_if_no_path" ; hardware_handler "1 rdac" ; no_path_retry 300 ; path_checker "rdac" ; prio "rdac"
0.6.2-0.6.2 : vendor "IBM" ; product "^1724" ; product_blacklist "Universal Xport" ; features "1 queue_if_no_path" ; hardware_handler "1 rdac" ; no_path_retry 300 ; path_checker "rdac" ; prio "rdac"
0.6.2-0.6.2 : vendor "IBM" ; product "^1726" ; product_blacklist "Universal Xport" ; features "1 queue_if_no_path" ; hardware_handler "1 rdac" ; no_path_retry 300 ; path_checker "rdac" ; prio "rdac"
0.6.2-0.6.2 : vendor "IBM" ; product "^1742" ; product_blacklist "Universal Xport" ; hardware_handler "1 rdac" ; no_path_retry queue ; path_checker "rdac" ; prio "rdac"
0.6.2-0.6.2 : vendor "IBM" ; product "^1745|^1746" ; product_blacklist "Universal Xport" ; features "2 pg_init_retries 50" ; hardware_handler "1 rdac" ; no_path_retry 15 ; path_checker "rdac" ; prio "rdac"
0.6.2-0.6.2 : vendor "IBM" ; product "^1814" ; product_blacklist "Universal Xport" ; hardware_handler "1 rdac" ; no_path_retry queue ; path_checker "rdac" ; prio "rdac"
0.6.2-0.6.2 : vendor "IBM" ; product "^1815" ; product_blacklist "Universal Xport" ; hardware_handler "1 rdac" ; no_path_retry queue ; path_checker "rdac" ; prio "rdac"
0.6.2-0.6.2 : vendor "IBM" ; product "^1818" ; product_blacklist "Universal Xport" ; hardware_handler "1 rdac" ; no_path_retry queue ; path_checker "rdac" ; prio "rdac"
0.6.2-0.6.2 : vendor "IBM" ; product "^3526" ; product_blacklist "Universal Xport" ; hardware_handler "1 rdac" ; no_path_retry queue ; path_checker "rdac" ; prio "rdac"
0.6.3-0.10.4 : vendor "IBM" ; product "^1722-600" ; product_blacklist "Universal Xport" ; path_grouping_policy group_by_prio ; path_checker "rdac" ; features "2 pg_init_retries 50" ; hardware_handler "1 rdac" ; prio "rdac" ; failback immediate ; no_path_retry 30
0.6.3-0.10.4 : vendor "IBM" ; product "^1724" ; product_blacklist "Universal Xport" ; path_grouping_policy group_by_prio ; path_checker "rdac" ; features "2 pg_init_retries 50" ; hardware_handler "1 rdac" ; prio "rdac" ; failback immediate ; no_path_retry 30
0.6.3-0.10.4 : vendor "IBM" ; product "^1726" ; product_blacklist "Universal Xport" ; path_grouping_policy group_by_prio ; path_checker "rdac" ; features "2 pg_init_retries 50" ; hardware_handler "1 rdac" ; prio "rdac" ; failback immediate ; no_path_retry 30
0.6.3-0.10.4 : vendor "IBM" ; product "^1742" ; product_blacklist "Universal Xport" ; path_grouping_policy group_by_prio ; path_checker "rdac" ; features "2 pg_init_retries 50" ; hardware_handler "1 rdac" ; prio "rdac" ; failback immediate ; no_path_retry 30
0.6.3-0.10.4 : vendor "IBM" ; product "^1746" ; product_blacklist "Universal Xport" ; path_grouping_policy group_by_prio ; path_checker "rdac" ; features "2 pg_init_retries 50" ; hardware_handler "1 rdac" ; prio "rdac" ; failback immediate ; no_path_retry 30
0.6.3-0.10.4 : vendor "IBM" ; product "^1813" ; product_blacklist "Universal Xport" ; path_grouping_policy group_by_prio ; path_checker "rdac" ; features "2 pg_init_retries 50" ; hardware_handler "1 rdac" ; prio "rdac" ; failback immediate ; no_path_retry 30
0.6.3-0.10.4 : vendor "IBM" ; product "^1814" ; product_blacklist "Universal Xport" ; path_grouping_policy group_by_prio ; path_checker "rdac" ; features "2 pg_init_retries 50" ; hardware_handler "1 rdac" ; prio "rdac" ; failback immediate ; no_path_retry 30
0.6.3-0.10.4 : vendor "IBM" ; product "^1815" ; product_blacklist "Universal Xport" ; path_grouping_policy group_by_prio ; path_checker "rdac" ; features "2 pg_init_retries 50" ; hardware_handler "1 rdac" ; prio "rdac" ; failback immediate ; no_path_retry 30
0.6.3-0.10.4 : vendor "IBM" ; product "^1818" ; product_blacklist "Universal Xport" ; path_grouping_policy group_by_prio ; path_checker "rdac" ; features "2 pg_init_retries 50" ; hardware_handler "1 rdac" ; prio "rdac" ; failback immediate ; no_path_retry 30
0.6.3-0.10.4 : vendor "IBM" ; product "^3526" ; product_blacklist "Universal Xport" ; path_grouping_policy group_by_prio ; path_checker "rdac" ; features "2 pg_init_retries 50" ; hardware_handler "1 rdac" ; prio "rdac" ; failback immediate ; no_path_retry 30
0.6.2-0.6.3 : vendor "IBM" ; product "^3542" ; path_grouping_policy group_by_serial
0.6.2-0.6.2 : vendor "IBM" ; product "^2105800" ; features "1 queue_if_no_path" ; path_grouping_policy group_by_serial
0.6.2-0.6.2 : vendor "IBM" ; product "^2105F20" ; features "1 queue_if_no_path" ; path_grouping_policy group_by_serial
0.6.2-0.6.2 : vendor "IBM" ; product "^1750500" ; features "1 queue_if_no_path" ; prio "alua"
0.6.3-0.6.3 : vendor "IBM" ; product "^2105" ; features "1 queue_if_no_path" ; path_grouping_policy group_by_serial
0.6.3-0.6.3 : vendor "IBM" ; product "^1750500" ; features "1 queue_if_no_path" ; path_grouping_policy group_by_prio ; failback immediate ; prio "alua"
0.6.2-0.6.3 : vendor "IBM" ; product "^2107900" ; features "1 queue_if_no_path" ; path_grouping_policy multibus
0.6.2-0.6.2 : vendor "IBM" ; product "^2145" ; features "1 queue_if_no_path" ; prio "alua"
0.6.2-0.6.2 : vendor "IBM" ; product "S/390 DASD ECKD" ; product_blacklist "S/390.*" ; uid_attribute "ID_UID" ; features "1 queue_if_no_path" ; path_grouping_policy multibus
0.6.2-0.6.2 : vendor "IBM" ; product "S/390 DASD FBA" ; product_blacklist "S/390.*" ; uid_attribute "ID_UID" ; features "1 queue_if_no_path" ; path_grouping_policy multibus
0.6.2-0.6.2 : vendor "IBM" ; product "^IPR.*" ; features "1 queue_if_no_path" ; hardware_handler "1 alua" ; prio "alua"
0.6.2-0.6.2 : vendor "IBM" ; product "1820N00" ; no_path_retry queue ; rr_min_io 100 ; prio "alua"
0.6.2-0.6.2 : vendor "IBM" ; product "2810XIV" ; features "1 queue_if_no_path" ; path_grouping_policy multibus ; failback 15 ; rr_min_io 15
0.6.3-0.6.3 : vendor "IBM" ; product "^2145" ; features "1 queue_if_no_path" ; path_grouping_policy group_by_prio ; failback immediate ; prio "alua"
0.6.3-0.6.3 : vendor "IBM" ; product "S/390 DASD ECKD" ; product_blacklist "S/390" ; uid_attribute "ID_UID" ; features "1 queue_if_no_path" ; path_grouping_policy multibus
0.6.3-0.6.3 : vendor "IBM" ; product "S/390 DASD FBA" ; product_blacklist "S/390" ; uid_attribute "ID_UID" ; features "1 queue_if_no_path" ; path_grouping_policy multibus
0.6.3-0.6.3 : vendor "IBM" ; product "^IPR" ; features "1 queue_if_no_path" ; hardware_handler "1 alua" ; path_grouping_policy group_by_prio ; failback immediate ; prio "alua"
0.6.3-0.6.3 : vendor "IBM" ; product "1820N00" ; path_grouping_policy group_by_prio ; failback immediate ; no_path_retry queue ; rr_min_io 100 ; prio "alua"
0.6.3-0.6.3 : vendor "IBM" ; product "2810XIV" ; features "1 queue_if_no_path" ; path_grouping_policy multibus ; rr_min_io 15
0.6.4-0.10.4 : vendor "IBM" ; product "^(3542|3552)" ; product_blacklist "Universal Xport" ; path_grouping_policy group_by_prio ; path_checker "rdac" ; features "2 pg_init_retries 50" ; hardware_handler "1 rdac" ; prio "rdac" ; failback immediate ; no_path_retry 30
0.10.5- : vendor "IBM" ; product "^1722-600" ; product_blacklist "Universal Xport" ; path_grouping_policy group_by_prio ; path_checker "rdac" ; features "2 pg_init_retries 50" ; prio "rdac" ; failback immediate ; no_path_retry 30
0.10.5- : vendor "IBM" ; product "^1724" ; product_blacklist "Universal Xport" ; path_grouping_policy group_by_prio ; path_checker "rdac" ; features "2 pg_init_retries 50" ; prio "rdac" ; failback immediate ; no_path_retry 30
0.10.5- : vendor "IBM" ; product "^1726" ; product_blacklist "Universal Xport" ; path_grouping_policy group_by_prio ; path_checker "rdac" ; features "2 pg_init_retries 50" ; prio "rdac" ; failback immediate ; no_path_retry 30
0.10.5- : vendor "IBM" ; product "^1742" ; product_blacklist "Universal Xport" ; path_grouping_policy group_by_prio ; path_checker "rdac" ; features "2 pg_init_retries 50" ; prio "rdac" ; failback immediate ; no_path_retry 30
0.10.5- : vendor "IBM" ; product "^1746" ; product_blacklist "Universal Xport" ; path_grouping_policy group_by_prio ; path_checker "rdac" ; features "2 pg_init_retries 50" ; prio "rdac" ; failback immediate ; no_path_retry 30
0.10.5- : vendor "IBM" ; product "^1813" ; product_blacklist "Universal Xport" ; path_grouping_policy group_by_prio ; path_checker "rdac" ; features "2 pg_init_retries 50" ; prio "rdac" ; failback immediate ; no_path_retry 30
0.10.5- : vendor "IBM" ; product "^1814" ; product_blacklist "Universal Xport" ; path_grouping_policy group_by_prio ; path_checker "rdac" ; features "2 pg_init_retries 50" ; prio "rdac" ; failback immediate ; no_path_retry 30
0.10.5- : vendor "IBM" ; product "^1815" ; product_blacklist "Universal Xport" ; path_grouping_policy group_by_prio ; path_checker "rdac" ; features "2 pg_init_retries 50" ; prio "rdac" ; failback immediate ; no_path_retry 30
0.10.5- : vendor "IBM" ; product "^1818" ; product_blacklist "Universal Xport" ; path_grouping_policy group_by_prio ; path_checker "rdac" ; features "2 pg_init_retries 50" ; prio "rdac" ; failback immediate ; no_path_retry 30
0.10.5- : vendor "IBM" ; product "^3526" ; product_blacklist "Universal Xport" ; path_grouping_policy group_by_prio ; path_checker "rdac" ; features "2 pg_init_retries 50" ; prio "rdac" ; failback immediate ; no_path_retry 30
0.10.5- : vendor "IBM" ; product "^(3542|3552)" ; product_blacklist "Universal Xport" ; path_grouping_policy group_by_prio ; path_checker "rdac" ; features "2 pg_init_retries 50" ; prio "rdac" ; failback immediate ; no_path_retry 30
0.6.4- : vendor "IBM" ; product "^2105" ; no_path_retry queue ; path_grouping_policy multibus
0.6.4- : vendor "IBM" ; product "^1750500" ; no_path_retry queue ; path_grouping_policy group_by_prio ; failback immediate ; prio "alua"
0.6.4-0.8.7 : vendor "IBM" ; product "^2107900" ; no_path_retry queue ; path_grouping_policy multibus
0.8.8- : vendor "IBM" ; product "^2107900" ; no_path_retry queue ; path_grouping_policy group_by_prio ; failback immediate
0.6.4- : vendor "IBM" ; product "^2145" ; no_path_retry queue ; path_grouping_policy group_by_prio ; failback immediate ; prio "alua"
0.6.4-0.7.7 : vendor "IBM" ; product "S/390 DASD ECKD" ; product_blacklist "S/390" ; uid_attribute "ID_UID" ; no_path_retry queue ; path_grouping_policy multibus
0.6.4-0.7.7 : vendor "IBM" ; product "S/390 DASD FBA" ; product_blacklist "S/390" ; uid_attribute "ID_UID" ; no_path_retry queue ; path_grouping_policy multibus
0.9.0- : vendor "NVME" ; product "IBM[ ]+2145" ; no_path_retry queue
0.7.8-0.10.3,0.11.0-0.11.1 : vendor "IBM" ; product "S/390 DASD ECKD" ; product_blacklist "S/390" ; uid_attribute "ID_UID" ; no_path_retry queue ; path_grouping_policy multibus ; path_checker "directio"
0.7.8-0.10.3,0.11.0-0.11.1 : vendor "IBM" ; product "S/390 DASD FBA" ; product_blacklist "S/390" ; uid_attribute "ID_UID" ; no_path_retry queue ; path_grouping_policy multibus ; path_checker "directio"
0.10.4-0.10.6,0.11.2- : vendor "IBM" ; product "S/390 DASD ECKD" ; product_blacklist "S/390 DASD ECKD" ; uid_attribute "ID_UID" ; no_path_retry queue ; path_grouping_policy multibus ; path_checker "directio"
0.10.4-0.10.6,0.11.2- : vendor "IBM" ; product "S/390 DASD FBA" ; product_blacklist "S/390 DASD FBA" ; uid_attribute "ID_UID" ; no_path_retry queue ; path_grouping_policy multibus ; path_checker "directio"
0.6.4-0.10.4 : vendor "IBM" ; product "^IPR" ; no_path_retry queue ; hardware_handler "1 alua" ; path_grouping_policy group_by_prio ; failback immediate ; prio "alua"
0.10.5- : vendor "IBM" ; product "^IPR" ; no_path_retry queue ; path_grouping_policy group_by_prio ; failback immediate ; prio "alua"
0.6.4- : vendor "IBM" ; product "1820N00" ; path_grouping_policy group_by_prio ; failback immediate ; no_path_retry queue ; prio "alua"
0.6.4-0.7.3 : vendor "IBM" ; product "2810XIV" ; no_path_retry queue ; path_grouping_policy multibus
0.6.4-0.6.4 : vendor "IBM" ; product "FlashSystem" ; no_path_retry fail ; path_grouping_policy multibus
0.7.0-0.7.3 : vendor "IBM" ; product "FlashSystem" ; path_grouping_policy multibus
0.7.4-0.8.7 : vendor "(XIV|IBM)" ; product "(NEXTRA|2810XIV)" ; no_path_retry queue ; path_grouping_policy multibus
0.8.8- : vendor "(XIV|IBM)" ; product "(NEXTRA|2810XIV)" ; no_path_retry queue ; path_grouping_policy group_by_prio ; failback 15
0.7.4- : vendor "(TMS|IBM)" ; product "(RamSan|FlashSystem)" ; path_grouping_policy multibus
0.9.0-0.10.3,0.11.0-0.11.1 : vendor "NVMe" ; product "FlashSystem" ; no_path_retry fail
0.10.4-0.10.6,0.11.2- : vendor "NVME" ; product "FlashSystem" ; no_path_retry fail
0.6.4- : vendor "IBM" ; product "^(DCS9900|2851)" ; path_grouping_policy group_by_prio ; failback immediate ; prio "alua" ; no_path_retry 30
0.6.2- : vendor "AIX" ; product "VDASD" ; path_grouping_policy multibus ; no_path_retry 60
0.6.2-0.6.2 : vendor "IBM" ; product "3303      NVDISK" ; no_path_retry 60 ; path_grouping_policy failover
0.6.2-0.6.2 : vendor "AIX" ; product "NVDISK" ; hardware_handler "1 alua" ; no_path_retry 60 ; prio "alua"
0.6.2-0.6.2 : vendor "DELL" ; product "MD3000" ; product_blacklist "Universal Xport" ; features "2 pg_init_retries 50" ; hardware_handler "1 rdac" ; no_path_retry 15 ; path_checker "rdac" ; prio "rdac"
0.6.2-0.6.2 : vendor "DELL" ; product "MD32xx|MD36xx" ; product_blacklist "Universal Xport" ; features "2 pg_init_retries 50" ; hardware_handler "1 rdac" ; no_path_retry 15 ; path_checker "rdac" ; prio "rdac"
0.6.2-0.6.2 : vendor "DELL" ; product "MD34xx|MD38xx" ; product_blacklist "Universal Xport" ; features "2 pg_init_retries 50" ; hardware_handler "1 rdac" ; no_path_retry 15 ; path_checker "rdac" ; prio "rdac"
0.6.2-0.6.2 : vendor "NETAPP" ; product "LUN.*" ; features "3 queue_if_no_path pg_init_retries 50" ; flush_on_last_del yes ; rr_min_io 128 ; dev_loss_tmo infinity ; prio "ontap"
0.6.2-0.6.2 : vendor "IBM" ; product "Nseries.*" ; features "1 queue_if_no_path" ; rr_min_io 128 ; prio "ontap"
0.6.3- : vendor "IBM" ; product "3303[ ]+NVDISK" ; no_path_retry 60
0.6.3-0.10.4 : vendor "AIX" ; product "NVDISK" ; hardware_handler "1 alua" ; path_grouping_policy group_by_prio ; failback immediate ; no_path_retry 60 ; prio "alua"
0.6.3-0.6.3 : vendor "NETAPP" ; product "LUN" ; features "3 queue_if_no_path pg_init_retries 50" ; path_grouping_policy group_by_prio ; failback immediate ; flush_on_last_del yes ; rr_min_io 128 ; dev_loss_tmo infinity ; prio "ontap"
0.6.4-0.8.0 : vendor "NETAPP" ; product "LUN" ; features "2 pg_init_retries 50" ; no_path_retry queue ; path_grouping_policy group_by_prio ; failback immediate ; flush_on_last_del yes ; dev_loss_tmo infinity ; prio "ontap"
0.8.1-0.10.4 : vendor "LENOVO" ; product "DE_Series" ; product_blacklist "Universal Xport" ; path_grouping_policy group_by_prio ; path_checker "rdac" ; features "2 pg_init_retries 50" ; hardware_handler "1 rdac" ; prio "rdac" ; failback immediate ; no_path_retry 30
0.8.1-0.9.8 : vendor "NETAPP" ; product "LUN" ; features "2 pg_init_retries 50" ; no_path_retry queue ; path_grouping_policy group_by_prio ; failback immediate ; flush_on_last_del yes ; dev_loss_tmo infinity ; prio "ontap" ; user_friendly_names no
0.10.5- : vendor "AIX" ; product "NVDISK" ; path_grouping_policy group_by_prio ; failback immediate ; no_path_retry 60 ; prio "alua"
0.10.5- : vendor "LENOVO" ; product "DE_Series" ; product_blacklist "Universal Xport" ; path_grouping_policy group_by_prio ; path_checker "rdac" ; features "2 pg_init_retries 50" ; prio "rdac" ; failback immediate ; no_path_retry 30
0.9.9- : vendor "NETAPP" ; product "LUN" ; features "2 pg_init_retries 50" ; no_path_retry queue ; path_grouping_policy group_by_prio ; failback immediate ; flush_on_last_del always ; dev_loss_tmo infinity ; prio "ontap" ; user_friendly_names no
0.6.3-0.10.4 : vendor "(NETAPP|LSI|ENGENIO)" ; product "INF-01-00" ; product_blacklist "Universal Xport" ; path_grouping_policy group_by_prio ; path_checker "rdac" ; features "2 pg_init_retries 50" ; hardware_handler "1 rdac" ; prio "rdac" ; failback immediate ; no_path_retry 30
0.6.2-0.6.3 : vendor "NEXENTA" ; product "COMSTAR" ; features "1 queue_if_no_path" ; path_grouping_policy group_by_serial ; no_path_retry 30 ; rr_min_io 128
0.6.2-0.6.2 : vendor "Pillar" ; product "Axiom.*" ; prio "alua"
0.6.2-0.6.2 : vendor "SGI" ; product "TP9[13]00" ; path_grouping_policy multibus
0.6.2-0.6.2 : vendor "SGI" ; product "TP9[45]00" ; product_blacklist "Universal Xport" ; hardware_handler "1 rdac" ; no_path_retry queue ; path_checker "rdac" ; prio "rdac"
0.6.2-0.6.2 : vendor "SGI" ; product "IS.*" ; product_blacklist "Universal Xport" ; features "2 pg_init_retries 50" ; hardware_handler "1 rdac" ; no_path_retry 15 ; path_checker "rdac" ; prio "rdac"
0.6.2-0.6.2 : vendor "NEC" ; product "DISK ARRAY" ; hardware_handler "1 alua" ; prio "alua"
0.6.2-0.6.2 : vendor "STK" ; product "OPENstorage D280" ; product_blacklist "Universal Xport" ; hardware_handler "1 rdac" ; path_checker "rdac" ; prio "rdac"
0.10.5- : vendor "(NETAPP|LSI|ENGENIO)" ; product "INF-01-00" ; product_blacklist "Universal Xport" ; path_grouping_policy group_by_prio ; path_checker "rdac" ; features "2 pg_init_retries 50" ; prio "rdac" ; failback immediate ; no_path_retry 30
0.6.4- : vendor "SolidFir" ; product "SSD SAN" ; path_grouping_policy multibus ; no_path_retry 24
0.7.5-0.7.7 : vendor "NVME" ; product "^NetApp ONTAP Controller" ; uid_attribute "ID_WWN" ; path_checker "none" ; path_grouping_policy multibus ; no_path_retry queue ; retain_attached_hw_handler no
0.7.8-0.8.9 : vendor "NVME" ; product "^NetApp ONTAP Controller" ; path_grouping_policy multibus ; no_path_retry queue
0.6.4-0.8.2 : vendor "NEXENTA" ; product "COMSTAR" ; path_grouping_policy group_by_serial ; no_path_retry 30
0.6.3-0.7.5 : vendor "SGI" ; product "TP9100" ; path_grouping_policy multibus
0.6.3-0.6.3 : vendor "SGI" ; product "TP9[345]00" ; product_blacklist "Universal Xport" ; path_grouping_policy group_by_prio ; path_checker "rdac" ; features "2 pg_init_retries 50" ; hardware_handler "1 rdac" ; prio "rdac" ; failback immediate ; no_path_retry 30
0.6.4-0.7.5 : vendor "SGI" ; product "TP9[3457]00" ; product_blacklist "Universal Xport" ; path_grouping_policy group_by_prio ; path_checker "rdac" ; features "2 pg_init_retries 50" ; hardware_handler "1 rdac" ; prio "rdac" ; failback immediate ; no_path_retry 30
0.6.3-0.7.5 : vendor "SGI" ; product "IS" ; product_blacklist "Universal Xport" ; path_grouping_policy group_by_prio ; path_checker "rdac" ; features "2 pg_init_retries 50" ; hardware_handler "1 rdac" ; prio "rdac" ; failback immediate ; no_path_retry 30
0.6.4-0.7.5 : vendor "SGI" ; product "^DD[46]A-" ; path_grouping_policy group_by_prio ; failback immediate ; prio "alua" ; no_path_retry 30
0.9.0- : vendor "NVME" ; product "^NetApp ONTAP Controller" ; no_path_retry queue
0.6.3-0.10.4 : vendor "NEC" ; product "DISK ARRAY" ; hardware_handler "1 alua" ; path_grouping_policy group_by_prio ; failback immediate ; prio "alua"
0.10.5- : vendor "NEC" ; product "DISK ARRAY" ; path_grouping_policy group_by_prio ; failback immediate ; prio "alua"
0.6.3- : vendor "^Pillar" ; product "^Axiom" ; path_grouping_policy group_by_prio ; failback immediate ; prio "alua"
0.6.3- : vendor "^Oracle" ; product "^Oracle FS" ; path_grouping_policy group_by_prio ; failback immediate ; prio "alua"
0.6.3-0.6.3 : vendor "STK" ; product "OPENstorage D280" ; product_blacklist "Universal Xport" ; path_grouping_policy group_by_prio ; path_checker "rdac" ; features "2 pg_init_retries 50" ; hardware_handler "1 rdac" ; prio "rdac" ; failback immediate ; no_path_retry 30
0.6.4-0.10.4 : vendor "STK" ; product "BladeCtlr" ; product_blacklist "Universal Xport" ; path_grouping_policy group_by_prio ; path_checker "rdac" ; features "2 pg_init_retries 50" ; hardware_handler "1 rdac" ; prio "rdac" ; failback immediate ; no_path_retry 30
0.6.4-0.10.4 : vendor "STK" ; product "OPENstorage" ; product_blacklist "Universal Xport" ; path_grouping_policy group_by_prio ; path_checker "rdac" ; features "2 pg_init_retries 50" ; hardware_handler "1 rdac" ; prio "rdac" ; failback immediate ; no_path_retry 30
0.6.3-0.10.4 : vendor "STK" ; product "FLEXLINE 380" ; product_blacklist "Universal Xport" ; path_grouping_policy group_by_prio ; path_checker "rdac" ; features "2 pg_init_retries 50" ; hardware_handler "1 rdac" ; prio "rdac" ; failback immediate ; no_path_retry 30
0.6.2-0.7.2 : vendor "SUN" ; product "(StorEdge 3510|T4)" ; path_grouping_policy multibus
0.6.2-0.6.2 : vendor "SUN" ; product "STK6580_6780" ; product_blacklist "Universal Xport" ; hardware_handler "1 rdac" ; path_checker "rdac" ; prio "rdac"
0.6.2-0.6.2 : vendor "EUROLOGC" ; product "FC2502"
0.10.5- : vendor "STK" ; product "BladeCtlr" ; product_blacklist "Universal Xport" ; path_grouping_policy group_by_prio ; path_checker "rdac" ; features "2 pg_init_retries 50" ; prio "rdac" ; failback immediate ; no_path_retry 30
0.10.5- : vendor "STK" ; product "OPENstorage" ; product_blacklist "Universal Xport" ; path_grouping_policy group_by_prio ; path_checker "rdac" ; features "2 pg_init_retries 50" ; prio "rdac" ; failback immediate ; no_path_retry 30
0.10.5- : vendor "STK" ; product "FLEXLINE 380" ; product_blacklist "Universal Xport" ; path_grouping_policy group_by_prio ; path_checker "rdac" ; features "2 pg_init_retries 50" ; prio "rdac" ; failback immediate ; no_path_retry 30
0.7.3- : vendor "SUN" ; product "StorEdge 3" ; path_grouping_policy multibus
0.6.3-0.10.4 : vendor "SUN" ; product "STK6580_6780" ; product_blacklist "Universal Xport" ; path_grouping_policy group_by_prio ; path_checker "rdac" ; features "2 pg_init_retries 50" ; hardware_handler "1 rdac" ; prio "rdac" ; failback immediate ; no_path_retry 30
0.6.3-0.6.3 : vendor "SUN" ; product "CSM200_R" ; product_blacklist "Universal Xport" ; path_grouping_policy group_by_prio ; path_checker "rdac" ; features "2 pg_init_retries 50" ; hardware_handler "1 rdac" ; prio "rdac" ; failback immediate ; no_path_retry 30
0.6.4-0.10.4 : vendor "SUN" ; product "CSM[12]00_R" ; product_blacklist "Universal Xport" ; path_grouping_policy group_by_prio ; path_checker "rdac" ; features "2 pg_init_retries 50" ; hardware_handler "1 rdac" ; prio "rdac" ; failback immediate ; no_path_retry 30
0.6.3-0.10.4 : vendor "SUN" ; product "LCSM100_[IEFS]" ; product_blacklist "Universal Xport" ; path_grouping_policy group_by_prio ; path_checker "rdac" ; features "2 pg_init_retries 50" ; hardware_handler "1 rdac" ; prio "rdac" ; failback immediate ; no_path_retry 30
0.6.3-0.10.4 : vendor "SUN" ; product "SUN_6180" ; product_blacklist "Universal Xport" ; path_grouping_policy group_by_prio ; path_checker "rdac" ; features "2 pg_init_retries 50" ; hardware_handler "1 rdac" ; prio "rdac" ; failback immediate ; no_path_retry 30
0.6.2-0.6.3 : vendor "PIVOT3" ; product "RAIGE VOLUME" ; features "1 queue_if_no_path" ; path_grouping_policy multibus ; rr_min_io 100
0.6.2-0.6.2 : vendor "SUN" ; product "CSM200_R" ; product_blacklist "Universal Xport" ; hardware_handler "1 rdac" ; no_path_retry queue ; path_checker "rdac" ; prio "rdac"
0.6.2-0.6.2 : vendor "SUN" ; product "LCSM100_[IEFS]" ; product_blacklist "Universal Xport" ; hardware_handler "1 rdac" ; no_path_retry queue ; path_checker "rdac" ; prio "rdac"
0.6.2-0.6.2 : vendor "SUN" ; product "SUN_6180" ; product_blacklist "Universal Xport" ; hardware_handler "1 rdac" ; no_path_retry queue ; path_checker "rdac" ; prio "rdac"
0.6.2-0.6.2 : vendor "(NETAPP|LSI|ENGENIO)" ; product "INF-01-00" ; product_blacklist "Universal Xport" ; features "2 pg_init_retries 50" ; hardware_handler "1 rdac" ; no_path_retry 30 ; path_checker "rdac" ; prio "rdac"
0.6.2-0.6.2 : vendor "STK" ; product "FLEXLINE 380" ; product_blacklist "Universal Xport" ; hardware_handler "1 rdac" ; no_path_retry queue ; path_checker "rdac" ; prio "rdac"
0.6.2-0.6.2 : vendor "Intel" ; product "Multi-Flex" ; hardware_handler "1 alua" ; no_path_retry queue ; prio "alua"
0.6.2-0.6.2 : vendor "(LIO-ORG|SUSE)" ; product "RBD" ; hardware_handler "1 alua" ; no_path_retry 12 ; rr_min_io 100 ; prio "alua"
0.6.2-0.6.2 : vendor "DataCore" ; product "SANmelody" ; no_path_retry queue ; prio "alua"
0.6.2-0.6.2 : vendor "DataCore" ; product "Virtual Disk" ; no_path_retry queue ; prio "alua"
0.6.2-0.6.2 : vendor "PURE" ; product "FlashArray" ; path_selector "queue-length 0" ; path_grouping_policy multibus ; fast_io_fail_tmo 10 ; no_path_retry 0 ; dev_loss_tmo 60
0.6.3-0.6.3 : vendor "(Intel|INTEL)" ; product "Multi-Flex" ; hardware_handler "1 alua" ; path_grouping_policy group_by_prio ; failback immediate ; no_path_retry queue ; prio "alua"
0.6.3-0.6.3 : vendor "(LIO-ORG|SUSE)" ; product "RBD" ; hardware_handler "1 alua" ; path_grouping_policy group_by_prio ; failback immediate ; no_path_retry 12 ; rr_min_io 100 ; prio "alua"
0.7.8-0.10.4 : vendor "SUN" ; product "ArrayStorage" ; product_blacklist "Universal Xport" ; path_grouping_policy group_by_prio ; path_checker "rdac" ; features "2 pg_init_retries 50" ; hardware_handler "1 rdac" ; prio "rdac" ; failback immediate ; no_path_retry 30
0.10.5- : vendor "SUN" ; product "STK6580_6780" ; product_blacklist "Universal Xport" ; path_grouping_policy group_by_prio ; path_checker "rdac" ; features "2 pg_init_retries 50" ; prio "rdac" ; failback immediate ; no_path_retry 30
0.10.5- : vendor "SUN" ; product "CSM[12]00_R" ; product_blacklist "Universal Xport" ; path_grouping_policy group_by_prio ; path_checker "rdac" ; features "2 pg_init_retries 50" ; prio "rdac" ; failback immediate ; no_path_retry 30
0.10.5- : vendor "SUN" ; product "LCSM100_[IEFS]" ; product_blacklist "Universal Xport" ; path_grouping_policy group_by_prio ; path_checker "rdac" ; features "2 pg_init_retries 50" ; prio "rdac" ; failback immediate ; no_path_retry 30
0.10.5- : vendor "SUN" ; product "SUN_6180" ; product_blacklist "Universal Xport" ; path_grouping_policy group_by_prio ; path_checker "rdac" ; features "2 pg_init_retries 50" ; prio "rdac" ; failback immediate ; no_path_retry 30
0.10.5- : vendor "SUN" ; product "ArrayStorage" ; product_blacklist "Universal Xport" ; path_grouping_policy group_by_prio ; path_checker "rdac" ; features "2 pg_init_retries 50" ; prio "rdac" ; failback immediate ; no_path_retry 30
0.6.4- : vendor "SUN" ; product "(Sun Storage|ZFS Storage|COMSTAR)" ; path_grouping_policy group_by_prio ; failback immediate ; prio "alua" ; no_path_retry 30
0.6.4- : vendor "PIVOT3" ; product "RAIGE VOLUME" ; no_path_retry queue ; path_grouping_policy multibus
0.6.4- : vendor "(NexGen|Pivot3)" ; product "(TierStore|vSTAC)" ; path_grouping_policy group_by_prio ; failback immediate ; prio "alua" ; no_path_retry queue
0.6.4-0.10.4 : vendor "(Intel|INTEL)" ; product "Multi-Flex" ; product_blacklist "VTrak V-LUN" ; hardware_handler "1 alua" ; path_grouping_policy group_by_prio ; failback immediate ; no_path_retry queue ; prio "alua"
0.6.4-0.8.8 : vendor "(LIO-ORG|SUSE)" ; product "RBD" ; hardware_handler "1 alua" ; path_grouping_policy group_by_prio ; failback immediate ; no_path_retry 12 ; prio "alua"
0.8.9-0.9.3 : vendor "(LIO-ORG|SUSE)" ; product "." ; hardware_handler "1 alua" ; path_grouping_policy group_by_prio ; failback immediate ; no_path_retry 12 ; prio "alua"
0.9.4-0.9.4 : vendor "(LIO-ORG|SUSE)" ; product ".*" ; hardware_handler "1 alua" ; path_grouping_policy group_by_prio ; failback immediate ; no_path_retry 12 ; prio "alua"
0.9.5-0.10.4 : vendor "(LIO-ORG|SUSE)" ; product ".*" ; hardware_handler "1 alua" ; path_grouping_policy group_by_prio ; failback immediate ; no_path_retry 12 ; prio "alua" ; path_checker "directio" ; detect_checker no
0.10.5- : vendor "(Intel|INTEL)" ; product "Multi-Flex" ; product_blacklist "VTrak V-LUN" ; path_grouping_policy group_by_prio ; failback immediate ; no_path_retry queue ; prio "alua"
0.10.5- : vendor "(LIO-ORG|SUSE)" ; product ".*" ; path_grouping_policy group_by_prio ; failback immediate ; no_path_retry 12 ; prio "alua" ; path_checker "directio" ; detect_checker no
0.10.4- : vendor "^SCST_" ; product ".*" ; path_grouping_policy group_by_prio ; failback immediate ; no_path_retry 12 ; prio "alua"
0.6.3- : vendor "DataCore" ; product "SANmelody" ; path_grouping_policy group_by_prio ; failback immediate ; no_path_retry queue ; prio "alua"
0.6.3- : vendor "DataCore" ; product "Virtual Disk" ; path_grouping_policy group_by_prio ; failback immediate ; no_path_retry queue ; prio "alua"
0.6.3-0.6.3 : vendor "PURE" ; product "FlashArray" ; path_selector "queue-length 0" ; path_grouping_policy multibus ; fast_io_fail_tmo 10 ; dev_loss_tmo 60
0.6.4-0.6.4 : vendor "PURE" ; product "FlashArray" ; path_grouping_policy multibus ; fast_io_fail_tmo 10 ; dev_loss_tmo 60
0.7.0-0.8.3 : vendor "PURE" ; product "FlashArray" ; path_grouping_policy multibus
0.6.3-0.7.1 : vendor "(HUAWEI|HUASY)" ; product "XSG1" ; path_grouping_policy multibus
0.6.3-0.6.4 : vendor "Ceph" ; product "RBD" ; no_path_retry fail ; path_checker "rbd" ; deferred_remove DEFERRED_REMOVE_ON
0.6.2-0.6.2,0.7.2-0.7.3 : vendor "HUAWEI" ; product "XSG1" ; path_grouping_policy multibus
0.6.2-0.6.2 : vendor "VIOLIN" ; product "CONCERTO ARRAY" ; path_selector "round-robin 0" ; path_grouping_policy multibus ; prio "alua" ; rr_min_io 100 ; rr_weight priorities ; features "1 queue_if_no_path" ; no_path_retry 300
0.6.2-0.6.2 : vendor "NFINIDAT" ; product "InfiniBox.*" ; prio "alua" ; path_selector "round-robin 0" ; failback 30 ; rr_weight priorities ; no_path_retry fail ; flush_on_last_del yes ; dev_loss_tmo 30
0.6.2-0.6.2 : vendor "TEGILE" ; product "ZEBI-(FC|ISCSI)|INTELLIFLASH" ; hardware_handler "1 alua" ; path_selector "round-robin 0" ; no_path_retry 10 ; dev_loss_tmo 50 ; prio "alua" ; failback 30 ; rr_min_io 128
0.8.4-0.9.7 : vendor "PURE" ; product "FlashArray" ; path_grouping_policy group_by_prio ; failback immediate ; hardware_handler "1 alua" ; prio "alua" ; fast_io_fail_tmo 10 ; max_sectors_kb 4096
0.7.4-0.8.6 : vendor "HUAWEI" ; product "XSG1" ; path_grouping_policy group_by_prio ; prio "alua"
0.7.0-0.7.7 : vendor "Ceph" ; product "RBD" ; path_checker "rbd" ; deferred_remove DEFERRED_REMOVE_ON
0.9.8-0.10.4 : vendor "PURE" ; product "FlashArray" ; path_grouping_policy group_by_prio ; failback immediate ; hardware_handler "1 alua" ; prio "alua" ; detect_prio no ; fast_io_fail_tmo 10 ; max_sectors_kb 4096
0.10.5- : vendor "PURE" ; product "FlashArray" ; path_grouping_policy group_by_prio ; failback immediate ; prio "alua" ; detect_prio no ; fast_io_fail_tmo 10 ; max_sectors_kb 4096
0.9.0- : vendor "NVME" ; product "Pure Storage FlashArray" ; no_path_retry 10
0.8.7-0.9.9 : vendor "HUAWEI" ; product "XSG1" ; path_grouping_policy group_by_prio ; failback immediate ; no_path_retry 15
0.10.0-0.10.4 : vendor "^(HUAWEI|HUASY|HS)" ; product "^(Dorado|HVS8|S[23568]|V1[568]|VIS6000)" ; path_grouping_policy group_by_prio ; failback immediate ; no_path_retry 15
0.10.5- : vendor "^(HUAWEI|HUASY|HS)" ; product "^(Dorado[25]|HVS8|S[23568]|V1[568]|VIS6000)" ; path_grouping_policy group_by_prio ; failback immediate ; no_path_retry 15
0.10.0- : vendor "^(HUAWEI|AnyStor|Marstor|NETPOSA|SanM|SUGON|UDsafe)" ; product "XSG1" ; path_grouping_policy group_by_prio ; failback immediate ; no_path_retry 15
0.9.1-0.10.3,0.11.0-0.11.1 : vendor "NVM[eE]" ; product "Huawei-XSG1" ; path_checker "directio" ; no_path_retry 12
0.9.0-0.9.0,0.10.4-0.10.4,0.11.2-0.11.2,0.12.0-0.12.0 : vendor "NVME" ; product "Huawei-XSG1" ; path_checker "directio" ; no_path_retry 12
0.10.5-0.10.6,0.11.3-0.11.4,0.12.1- : vendor "NVME" ; product "Huawei-XSG1" ; no_path_retry 12
0.6.3- : vendor "KOVE" ; product "XPD" ; path_grouping_policy multibus
0.6.4-0.7.2 : vendor "NFINIDAT" ; product "InfiniBox" ; path_grouping_policy group_by_prio ; failback immediate ; prio "alua"
0.7.3-0.9.7 : vendor "NFINIDAT" ; product "InfiniBox" ; path_grouping_policy group_by_prio ; failback 30 ; prio "alua" ; path_selector "round-robin 0" ; rr_weight priorities ; no_path_retry fail ; rr_min_io 1 ; rr_min_io_rq 1 ; flush_on_last_del yes ; fast_io_fail_tmo 15 ; dev_loss_tmo 15
0.6.4-0.7.5 : vendor "Nimble" ; product "Server" ; hardware_handler "1 alua" ; path_grouping_policy group_by_prio ; failback immediate ; prio "alua" ; no_path_retry queue
0.9.8-0.9.8 : vendor "NFINIDAT" ; product "InfiniBox" ; path_grouping_policy group_by_prio ; failback 30 ; prio "alua" ; path_selector "round-robin 0" ; rr_weight priorities ; no_path_retry fail ; rr_min_io 1 ; rr_min_io_rq 1 ; flush_on_last_del yes ; fast_io_fail_tmo 15
0.9.9-0.10.3,0.11.0-0.11.1 : vendor "NFINIDAT" ; product "InfiniBox" ; path_grouping_policy group_by_prio ; failback 30 ; prio "alua" ; path_selector "round-robin 0" ; rr_weight priorities ; no_path_retry fail ; rr_min_io 1 ; rr_min_io_rq 1 ; fast_io_fail_tmo 15
0.10.4-0.10.6,0.11.2- : vendor "NFINIDAT" ; product "InfiniBox" ; path_grouping_policy group_by_prio ; failback immediate ; prio "alua" ; no_path_retry queue ; flush_on_last_del always ; fast_io_fail_tmo 15 ; dev_loss_tmo infinity ; detect_prio no
0.10.5-0.10.6,0.11.3-0.11.4,0.12.1- : vendor "NVME" ; product "InfiniBox" ; no_path_retry queue
0.6.4- : vendor "KMNRIO" ; product "K2" ; path_grouping_policy multibus
0.6.4-0.8.2 : vendor "TEGILE" ; product "(ZEBI-(FC|ISCSI)|INTELLIFLASH)" ; hardware_handler "1 alua" ; path_grouping_policy group_by_prio ; failback immediate ; prio "alua" ; no_path_retry 10
0.6.4- : vendor "NEXSAN" ; product "NXS-B0" ; path_grouping_policy group_by_prio ; failback immediate ; prio "alua" ; no_path_retry 15
0.6.4- : vendor "NEXSAN" ; product "SATAB" ; path_grouping_policy group_by_prio ; failback immediate ; prio "alua" ; no_path_retry 15
0.7.0-0.10.4 : vendor "Nexsan" ; product "(NestOS|NST5000)" ; hardware_handler "1 alua" ; path_grouping_policy group_by_prio ; failback immediate ; prio "alua" ; no_path_retry 30
0.6.4-0.8.0 : vendor "(XIOTECH|XIOtech)" ; product "ISE" ; path_grouping_policy multibus ; no_path_retry 12
0.7.3-0.8.0 : vendor "(XIOTECH|XIOtech)" ; product "IGLU DISK" ; path_grouping_policy multibus ; no_path_retry 30
0.7.4-0.8.0 : vendor "(XIOTECH|XIOtech)" ; product "Magnitude" ; path_grouping_policy multibus ; no_path_retry 30
0.10.5- : vendor "Nexsan" ; product "(NestOS|NST5000)" ; path_grouping_policy group_by_prio ; failback immediate ; prio "alua" ; no_path_retry 30
0.6.4- : vendor "VIOLIN" ; product "SAN ARRAY$" ; path_grouping_policy group_by_serial ; no_path_retry 30
0.6.4-0.10.4 : vendor "VIOLIN" ; product "SAN ARRAY ALUA" ; hardware_handler "1 alua" ; path_grouping_policy group_by_prio ; failback immediate ; prio "alua" ; no_path_retry 30
0.10.5- : vendor "VIOLIN" ; product "SAN ARRAY ALUA" ; path_grouping_policy group_by_prio ; failback immediate ; prio "alua" ; no_path_retry 30
0.6.4- : vendor "VIOLIN" ; product "CONCERTO ARRAY" ; path_grouping_policy multibus ; no_path_retry 30
0.6.4-0.6.4 : vendor "Promise" ; product "VTrak" ; product_blacklist "VTrak V-LUN" ; path_grouping_policy multibus ; no_path_retry 30
0.8.1- : vendor "(XIOTECH|XIOtech)" ; product "ISE" ; path_grouping_policy multibus ; no_path_retry 12
0.8.1- : vendor "(XIOTECH|XIOtech)" ; product "IGLU DISK" ; path_grouping_policy multibus ; no_path_retry 30
0.8.1- : vendor "(XIOTECH|XIOtech)" ; product "Magnitude" ; path_grouping_policy multibus ; no_path_retry 30
0.8.6- : vendor "Vexata" ; product "VX" ; path_grouping_policy multibus ; no_path_retry 30
0.7.0-0.10.4 : vendor "Promise" ; product "VTrak" ; product_blacklist "VTrak V-LUN" ; hardware_handler "1 alua" ; path_grouping_policy group_by_prio ; failback immediate ; prio "alua" ; no_path_retry 30
0.7.0-0.10.4 : vendor "Promise" ; product "Vess" ; product_blacklist "Vess V-LUN" ; hardware_handler "1 alua" ; path_grouping_policy group_by_prio ; failback immediate ; prio "alua" ; no_path_retry 30
0.10.5- : vendor "Promise" ; product "VTrak" ; product_blacklist "VTrak V-LUN" ; path_grouping_policy group_by_prio ; failback immediate ; prio "alua" ; no_path_retry 30
0.10.5- : vendor "Promise" ; product "Vess" ; product_blacklist "Vess V-LUN" ; path_grouping_policy group_by_prio ; failback immediate ; prio "alua" ; no_path_retry 30
0.6.4- : vendor "^IFT" ; product ".*" ; path_grouping_policy group_by_prio ; failback immediate ; prio "alua" ; no_path_retry 30
0.7.0-0.7.2 : vendor "NVME" ; product ".*" ; uid_attribute "ID_WWN" ; path_checker "directio" ; retain_attached_hw_handler no
0.7.3-0.7.4 : vendor "NVME" ; product ".*" ; uid_attribute "ID_WWN" ; path_checker "none" ; retain_attached_hw_handler no
0.7.3- : vendor "DotHill" ; product "SANnet" ; path_grouping_policy multibus ; no_path_retry 30
0.7.3- : vendor "DotHill" ; product "R/Evo" ; path_grouping_policy group_by_prio ; failback immediate ; prio "alua" ; no_path_retry 30
0.7.3- : vendor "DotHill" ; product "^DH" ; path_grouping_policy group_by_prio ; failback immediate ; prio "alua" ; no_path_retry 30
0.7.4-0.10.3,0.11.0-0.11.1 : vendor "AStor" ; product "NeoSapphire" ; path_grouping_policy multibus ; no_path_retry 30
0.10.4-0.10.6,0.11.2- : vendor "SEAGATE" ; product "STJX" ; path_grouping_policy group_by_prio ; failback immediate ; prio "alua" ; no_path_retry 30
0.10.6-0.10.6,0.11.4-0.11.4,0.12.2-0.12.2,0.13.1- : vendor "SEAGATE" ; product "^[456]" ; path_grouping_policy group_by_prio ; failback immediate ; prio "alua" ; no_path_retry 30
0.10.4-0.10.6,0.11.2- : vendor "AStor" ; product "NeoSapphire" ; path_grouping_policy group_by_prio ; failback immediate ; no_path_retry 30
0.7.5- : vendor "INSPUR" ; product "MCS" ; path_grouping_policy group_by_prio ; failback immediate ; prio "alua"
0.8.5- : vendor "MacroSAN" ; product "LU" ; path_grouping_policy group_by_prio ; failback immediate ; prio "alua" ; no_path_retry 30
0.10.4-0.10.6,0.11.2- : vendor "Quantum" ; product "(StorNext QX|QXS)" ; product_blacklist "cvfsctl" ; path_grouping_policy group_by_prio ; failback immediate ; prio "alua" ; no_path_retry 18
0.10.4-0.10.6,0.11.2- : vendor "QUANTUM" ; product "^(F|P|H)[24]" ; path_grouping_policy group_by_prio ; failback immediate ; prio "alua" ; no_path_retry 30
0.10.4-0.10.6,0.11.2- : vendor "QUANTUM" ; product "^F1" ; path_grouping_policy group_by_serial ; no_path_retry 30
0.10.5-0.10.6,0.11.3-0.11.4,0.12.1- : vendor "VSTORAGE" ; product "VSTOR-DISK" ; prio "alua" ; path_grouping_policy group_by_node_name ; detect_prio no ; features "2 pg_init_retries 50" ; failback immediate ; flush_on_last_del always ; no_path_retry queue
0.10.5-0.10.6,0.11.3-0.11.4,0.12.1- : vendor "^Qsan" ; product ".*" ; path_grouping_policy group_by_prio ; failback immediate ; no_path_retry 30 ; prio_args "exclusive_pref_bit"
0.10.5-0.10.6,0.11.3-0.11.4,0.12.1- : vendor "NVME" ; product "VASTData" ; no_path_retry queue
`
