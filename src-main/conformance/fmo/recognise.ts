/** FMO/1 vectors (filter-manager-objects.md 0.4) are found and counted; running them is not supported yet. */
export const notSupportedYet = 'FMO/1 vectors are not supported yet';
