/** Version 13: a driver version has the files beside the one with DriverEntry, as JSON (src-main/base/driverLines.ts); empty where it has none. */
import type { Migration } from './index.ts';

export const driverFiles: Migration = {
  version: 13,
  sql: `
ALTER TABLE driver_version ADD COLUMN files TEXT NOT NULL DEFAULT '';

DROP VIEW drivers;
CREATE VIEW drivers AS
  SELECT d.id AS driver, d.name, d.description, d.altitude, d.enabled, d.bundled, v.version, v.saved, v.source,
    v.version = (SELECT max(version) FROM driver_version WHERE driver = d.id) AS latest, v.service, v.files
  FROM driver d JOIN driver_version v ON v.driver = d.id WHERE d.removed = 0;
`,
};
