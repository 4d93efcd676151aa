#!/bin/sh
# Run by the image of PostgreSQL when its folder is empty: the owner of the tables, its database, and
# the role of the service, which owns nothing. The passwords are hexadecimal (deploy/secrets.sh).
set -eu
owner=$(cat /run/secrets/owner_password)
service=$(cat /run/secrets/service_password)
psql --set ON_ERROR_STOP=1 --username postgres --dbname postgres <<SQL
CREATE ROLE cantiere LOGIN PASSWORD '${owner}';
CREATE ROLE cantiere_service LOGIN PASSWORD '${service}';
CREATE DATABASE cantiere OWNER cantiere;
REVOKE CONNECT ON DATABASE cantiere FROM PUBLIC;
GRANT CONNECT ON DATABASE cantiere TO cantiere_service;
SQL
psql --set ON_ERROR_STOP=1 --username postgres --dbname cantiere --command 'CREATE EXTENSION vector'
