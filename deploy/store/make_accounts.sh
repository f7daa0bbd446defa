#!/bin/sh
# Makes the bucket, and the accounts of the store with what their policies allow. Repeats change nothing.
# Keys go to mc by its standard input: arguments are seen by whoever may list the machine's processes.
set -eu

secret() { cat "/run/secrets/s3_$1"; }
two_lines() { printf '%s\n' "$1" "$2"; }  # printf is the shell's own: no process has these arguments

user=$(secret root_user)
password=$(secret root_password)
two_lines "$user" "$password" | mc --quiet alias set store http://store:9000
mc --quiet mb --ignore-existing store/winnow
for policy in /policies/*.json; do
    account=${policy##*/}
    account=${account%.json}
    user=$(secret "${account}_access_key")
    password=$(secret "${account}_secret_key")
    two_lines "$user" "$password" | mc --quiet admin user add store
    mc --quiet admin policy create store "winnow-$account" "$policy"
    # What is attached already is an error to some versions.
    if ! said=$(mc --quiet admin policy attach store "winnow-$account" --user "$user" 2>&1); then
        case $said in
        *"already in effect"*) ;;
        *) printf '%s\n' "$said" >&2; exit 1 ;;
        esac
    fi
done
