#!/bin/sh
# Makes the secrets of deploy/compose.yaml, each in a file of its own; those that are there stay.
# The folder is for its owner alone; the files in it are readable, since the containers read them as
# users of their own. A certificate of a known authority, if you have one: put it in place of the
# self-signed one.
set -eu
folder=$(dirname "$0")/secrets
mkdir -p "$folder" "$folder/../backups"
chmod 700 "$folder"
# The user of the service's container writes its copies there.
chown 10001:10001 "$folder/../backups" 2>/dev/null || echo "backups: give it to user 10001" >&2
chmod 700 "$folder/../backups"

keep() { # NAME VALUE
    [ -e "$folder/$1" ] || printf '%s\n' "$2" >"$folder/$1"
}

keep postgres_password "$(openssl rand -hex 24)"
keep owner_password "$(openssl rand -hex 24)"
keep service_password "$(openssl rand -hex 24)"
# As `cantiere vault new-key` makes them: 32 random bytes. Keep a copy elsewhere: no backup holds it.
keep cantiere_vault_keys "$(openssl rand -base64 32 | tr '+/' '-_')"
keep cantiere_metrics_token "$(openssl rand -hex 24)"
keep cantiere_database_url "postgresql://cantiere:$(cat "$folder/owner_password")@database/cantiere"
keep cantiere_service_database_url \
    "postgresql://cantiere_service:$(cat "$folder/service_password")@database/cantiere"
if [ ! -e "$folder/certificate" ]; then
    openssl req -x509 -newkey rsa:3072 -nodes -days 90 -subj "/CN=localhost" \
        -addext "subjectAltName=DNS:localhost,IP:127.0.0.1" \
        -keyout "$folder/certificate_key" -out "$folder/certificate" 2>/dev/null
fi
chmod 644 "$folder"/*
