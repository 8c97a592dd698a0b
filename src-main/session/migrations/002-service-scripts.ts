/** Version 2: a driver version has the service script that belonged to it; empty where it has none. */
import type { Migration } from './index.ts';

export const serviceScripts: Migration = {
  version: 2,
  sql: `
ALTER TABLE driver_version ADD COLUMN service TEXT NOT NULL DEFAULT '';

DROP VIEW drivers;
CREATE VIEW drivers AS
  SELECT d.id AS driver, d.name, d.description, d.altitude, d.enabled, d.bundled, v.version, v.saved, v.source,
    v.version = (SELECT max(version) FROM driver_version WHERE driver = d.id) AS latest, v.service
  FROM driver d JOIN driver_version v ON v.driver = d.id WHERE d.removed = 0;
`,
};
