-- Tables of the ledger, version 1. A change here is a new version with a migration beside it.

create table file (                     -- one row per (source, table, business date, content)
    file_id text primary key,
    source text not null,
    table_name text not null,
    business_date text,                 -- null when the name says none
    name text not null,
    sha256 text not null,
    bytes integer not null,
    state text not null check (state in ('loaded', 'quarantined', 'superseded', 'duplicate')),
    recipe text not null,               -- digest of contract, code layout and key it was loaded with
    records_in integer not null default 0,
    loaded integer not null default 0,
    quarantined integer not null default 0,
    deduplicated integer not null default 0,
    superseded integer not null default 0,
    reason_code text,
    detail text not null default '{}',  -- the fields of the message; never a value
    check (records_in = loaded + quarantined + deduplicated + superseded)
);

create unique index file_active on file (source, table_name, business_date)
    where state = 'loaded';

create table file_day (                 -- which local days a loaded file has rows of
    file_id text not null references file (file_id) on delete cascade,
    event_date text not null,
    rows integer not null,
    primary key (file_id, event_date)
) without rowid;

create table observation (              -- what a landed file looked like when it was last looked at
    look_key blob primary key,          -- digest of the path: a name may hold anything
    size integer not null,
    mtime_ns integer not null,
    inode integer not null,
    seen_at real not null,
    is_done integer not null            -- 1 when this very version has been dealt with
) without rowid;

create table event (                    -- append only, chained by digest
    sequence integer primary key,
    at text not null,
    kind text not null,
    subject text not null,
    detail text not null,
    prev_sha text not null,
    sha text not null
);

create table run (
    fence integer primary key autoincrement,
    as_of text not null,
    started_at text not null,
    finished_at text,
    state text not null
);

create table generation (
    sequence integer primary key autoincrement,
    generation_id text not null,
    fence integer not null references run (fence),
    as_of text not null,
    state text not null
);
