//! Whose vault: the device's, or on a team's device a person's.

use rusqlite::{
    ToSql,
    types::{FromSql, FromSqlResult, ToSqlOutput, ValueRef},
};

use crate::people::PersonRow;

/// The number of a vault: its row in `vault`, and of a person's, their row in `person`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct VaultId(i64);

impl VaultId {
    /// The device's own: drafts, watches, and all reports where nobody of a team keeps theirs apart.
    pub(crate) const DEVICE: Self = Self(1);

    /// That of a person of a team, where they have one.
    pub(crate) fn of_person(person: PersonRow) -> Self {
        Self(person.0)
    }

    /// Whose it is, where it is a person's.
    pub(crate) fn person(self) -> Option<PersonRow> {
        (self != Self::DEVICE).then_some(PersonRow(self.0))
    }
}

impl ToSql for VaultId {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        self.0.to_sql()
    }
}

impl FromSql for VaultId {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        i64::column_result(value).map(Self)
    }
}
