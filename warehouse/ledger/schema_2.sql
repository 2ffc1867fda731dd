-- From version 1 to 2: the file of a business date may come in parts, each with versions of its own.

alter table file add column part text not null default '';

drop index file_active;

create unique index file_active on file (source, table_name, business_date, part)
    where state = 'loaded';
