/* The commands that keep copies of a database. */
#ifndef APP_BACKUP_H
#define APP_BACKUP_H

/* `backup FILE`: writes what the database holds now to a file, while a server may use it. `arguments`: what follows the
 * command, ended by NULL. Returns the exit code. */
int backup(char **arguments);

/* `restore FILE`: puts such a file in the place of the database, which no server may use. The same. */
int restore(char **arguments);

#endif
