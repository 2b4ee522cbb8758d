# shellcheck shell=sh disable=SC2154 # after agent.sh and config.sh
# Whether puppet's agent can run and the candidate is good, before its text is committed for the agent. Changes nothing.

need_settings
need_enabled
look
printf "puppet's agent is enabled, as %s\n" "$certname"
