#!/bin/sh
# Makes the bucket, and an account of the store for each service, with what its policy allows. Repeats change nothing.
set -eu

secret() { cat "/run/secrets/$1"; }

mc --quiet alias set store http://store:9000 "$(secret s3_root_user)" "$(secret s3_root_password)"
mc --quiet mb --ignore-existing store/winnow
for service in media ai index gateway; do
    user=$(secret "s3_${service}_access_key")
    mc --quiet admin user add store "$user" "$(secret "s3_${service}_secret_key")"
    mc --quiet admin policy create store "winnow-$service" "/policies/$service.json"
    # What is attached already is an error to some versions.
    if ! said=$(mc --quiet admin policy attach store "winnow-$service" --user "$user" 2>&1); then
        case $said in
        *"already in effect"*) ;;
        *) printf '%s\n' "$said" >&2; exit 1 ;;
        esac
    fi
done
