//! Loads a tree of selects level by level: all statements of a level travel together, so that round
//! trips follow the depth of the selection and statements follow its relations, never its rows.

use crate::error::{Error, Result};
use crate::plan::shape::{Link, Select};
use crate::plan::sql::{Ready, Statement};
use crate::session::{Raw, Tx};
use std::collections::{HashMap, HashSet};
use tokio_postgres::Row;
use uuid::Uuid;

/// The rows of one select, and where those of its children are.
pub struct Loaded<'p> {
    pub select: &'p Select,
    pub rows: Vec<Row>,
    /// Rows by the parent's id (a list) or by their own (a reference).
    pub by_key: HashMap<Uuid, Vec<usize>>,
    /// Parents with more rows than their page shows; nil stands for the root.
    pub more: HashSet<Uuid>,
    pub counts: HashMap<Uuid, i64>,
    /// The count of a list at the root.
    pub total: i64,
    /// Places in the arena, one a child.
    pub children: Vec<usize>,
    /// Places of the children that are loaded beside this select instead of after it.
    beside: Vec<Option<usize>>,
}

/// Everything an operation's selects have loaded.
#[derive(Default)]
pub struct Arena<'p> {
    pub loaded: Vec<Loaded<'p>>,
}

/// A select to load, for these parents or at the root.
pub struct Job {
    pub place: usize,
    parents: Option<Vec<Uuid>>,
}

pub fn uuid_at(row: &Row, slot: usize) -> Option<Uuid> {
    let raw = row.try_get::<_, Raw<'_>>(slot).ok()?;
    Uuid::from_slice(raw.0?).ok()
}

impl<'p> Arena<'p> {
    /// Makes room for a select; `load` brings its rows.
    pub fn add(&mut self, select: &'p Select, parents: Option<Vec<Uuid>>) -> Job {
        self.loaded.push(Loaded {
            select,
            rows: Vec::new(),
            by_key: HashMap::new(),
            more: HashSet::new(),
            counts: HashMap::new(),
            total: 0,
            children: Vec::new(),
            beside: vec![None; select.children.len()],
        });
        Job {
            place: self.loaded.len() - 1,
            parents,
        }
    }

    /// Makes room for a select of rows whose ids are known, and for the lists that hang on these ids:
    /// they need not wait for the rows.
    pub fn add_known(&mut self, select: &'p Select, ids: Vec<Uuid>, at_root: bool) -> Vec<Job> {
        let parents = if at_root { None } else { Some(ids.clone()) };
        let job = self.add(select, parents);
        let place = job.place;
        let mut jobs = vec![job];
        for (number, child) in select.children.iter().enumerate() {
            if select.id_slot.is_some_and(|id| child.link == Link::Parent { slot: id }) {
                let beside = self.add(&child.select, Some(ids.clone()));
                self.loaded[place].beside[number] = Some(beside.place);
                jobs.push(beside);
            }
        }
        jobs
    }

    /// Bytes that the answer will have, roughly: a buffer that grows is copied again and again.
    pub fn estimate(&self) -> usize {
        const FRAME: usize = 512;
        const MEMBER: usize = 32;
        let members = |loaded: &Loaded<'_>| loaded.rows.first().map_or(0, |row| row.len() * loaded.rows.len());
        FRAME + MEMBER * self.loaded.iter().map(members).sum::<usize>()
    }

    /// Takes rows that a write returned in place of the select's own statement, and loads what hangs on them.
    pub async fn load_below(&mut self, tx: &Tx, place: usize, rows: Vec<Row>) -> Result<()> {
        self.loaded[place].rows = rows;
        let next = self.descend(place);
        self.load(tx, next).await
    }

    /// Loads these selects and everything below them.
    pub async fn load(&mut self, tx: &Tx, jobs: Vec<Job>) -> Result<()> {
        self.load_levels(tx, jobs, false).await
    }

    /// The same where nothing follows: the transaction, which only reads, ends with the last level.
    pub async fn load_last(&mut self, tx: &Tx, jobs: Vec<Job>) -> Result<()> {
        self.load_levels(tx, jobs, true).await
    }

    async fn load_levels(&mut self, tx: &Tx, jobs: Vec<Job>, ends: bool) -> Result<()> {
        let mut jobs = jobs;
        while !jobs.is_empty() {
            let statements = self.statements(&jobs);
            let results = if ends && self.is_last(&jobs) {
                tx.query_last(&statements).await?
            } else {
                tx.query_all(&statements).await?
            };
            jobs = self.take(jobs, results)?;
        }
        Ok(())
    }

    /// Nothing hangs on the rows of these jobs.
    pub fn is_last(&self, jobs: &[Job]) -> bool {
        jobs.iter().all(|job| self.loaded[job.place].beside.iter().all(Option::is_some))
    }

    /// Takes the results of `statements` and gives the jobs of the next level.
    pub fn take(&mut self, jobs: Vec<Job>, results: Vec<Vec<Row>>) -> Result<Vec<Job>> {
        let mut results = results.into_iter();
        let mut next = Vec::new();
        for job in jobs {
            let missing = Error::internal;
            if !self.loaded[job.place].select.only_counts() {
                self.loaded[job.place].rows = results.next().ok_or_else(missing)?;
            }
            if self.loaded[job.place].select.count.is_some() {
                let counts = results.next().ok_or_else(missing)?;
                self.take_counts(&job, &counts)?;
            }
            self.index(&job);
            next.extend(self.descend(job.place));
        }
        Ok(next)
    }

    /// The statements of these jobs: the rows, and the count where it is asked for.
    pub fn statements(&self, jobs: &[Job]) -> Vec<Ready<'p>> {
        let mut out = Vec::with_capacity(jobs.len());
        for job in jobs {
            let ready = |statement: &'p Statement| match &job.parents {
                Some(parents) => statement.for_parents(parents),
                None => statement.ready(),
            };
            let select = self.loaded[job.place].select;
            if !select.only_counts() {
                out.push(ready(&select.statement));
            }
            out.extend(select.count.as_ref().map(ready));
        }
        out
    }

    fn take_counts(&mut self, job: &Job, rows: &[Row]) -> Result<()> {
        let loaded = &mut self.loaded[job.place];
        for row in rows {
            if job.parents.is_some() {
                let key = uuid_at(row, 0).ok_or_else(Error::internal)?;
                loaded.counts.insert(key, row.try_get(1).map_err(|_| Error::internal())?);
            } else {
                loaded.total = row.try_get(0).map_err(|_| Error::internal())?;
            }
        }
        Ok(())
    }

    /// Files the rows under their keys, and drops the row that a list read beyond its page, so that
    /// nothing is loaded for it.
    fn index(&mut self, job: &Job) {
        let loaded = &mut self.loaded[job.place];
        let size = loaded.select.page_size();
        let Some(slot) = loaded.select.key_slot else {
            if loaded.rows.len() > size {
                loaded.rows.truncate(size);
                loaded.more.insert(Uuid::nil());
            }
            return;
        };
        let rows = std::mem::take(&mut loaded.rows);
        loaded.rows.reserve(rows.len());
        // Those of one parent follow each other: the map is asked once for all of them.
        let mut rows = rows.into_iter().filter_map(|row| Some((uuid_at(&row, slot)?, row))).peekable();
        while let Some((key, row)) = rows.next() {
            let numbers = loaded.by_key.entry(key).or_default();
            let of_key = std::iter::from_fn(|| rows.next_if(|(next, _)| *next == key).map(|(_, row)| row));
            for row in std::iter::once(row).chain(of_key) {
                if numbers.len() < size {
                    numbers.push(loaded.rows.len());
                    loaded.rows.push(row);
                } else {
                    loaded.more.insert(key);
                }
            }
        }
    }

    /// Makes room for the children of what was just loaded.
    fn descend(&mut self, place: usize) -> Vec<Job> {
        let select = self.loaded[place].select;
        let mut next = Vec::new();
        for (number, child) in select.children.iter().enumerate() {
            if let Some(beside) = self.loaded[place].beside[number] {
                self.loaded[place].children.push(beside);
                continue;
            }
            let ids = linked_ids(&self.loaded[place].rows, child.link);
            let empty = ids.is_empty();
            let jobs = match child.link {
                Link::Reference { .. } => self.add_known(&child.select, ids, false),
                Link::References { .. } | Link::Parent { .. } => vec![self.add(&child.select, Some(ids))],
            };
            self.loaded[place].children.push(jobs[0].place);
            if !empty {
                next.extend(jobs);
            }
        }
        next
    }
}

/// Every id the rows point to, each once, in the order of the rows.
fn linked_ids(rows: &[Row], link: Link) -> Vec<Uuid> {
    let mut seen = HashSet::new();
    let mut ids = Vec::new();
    for row in rows {
        match link {
            Link::Reference { slot } | Link::Parent { slot } => ids.extend(uuid_at(row, slot).filter(|id| seen.insert(*id))),
            Link::References { slot } => ids.extend(uuids_at(row, slot).into_iter().filter(|id| seen.insert(*id))),
        }
    }
    ids
}

pub fn uuids_at(row: &Row, slot: usize) -> Vec<Uuid> {
    match row.try_get::<_, Option<Vec<Option<Uuid>>>>(slot) {
        Ok(Some(ids)) => ids.into_iter().flatten().collect(),
        _ => Vec::new(),
    }
}
