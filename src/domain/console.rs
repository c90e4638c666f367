//! The carrier's console as a way to reach it: lists that a person exports there, and what is handed over to a
//! person to be done there. Nothing here is read or written.

use std::collections::BTreeMap;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::ApplicationNumber;
use crate::domain::calendar::JstTime;

/// The host of every carrier that is known by exported lists.
pub const CONSOLE: &str = "console";

/// How old exported lists may be, where nothing is said: a day, as long as a plan lives.
pub const DEFAULT_MAX_AGE_SECONDS: u64 = 24 * 60 * 60;

/// The most rows of a file that registers IMEIs (DOMAIN 4).
pub const IMEI_FILE_ROWS: usize = 3_000;

/// Where an account's exported lists are, how they are read, and where files for the console go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConsoleFiles {
    /// The list of SIMs under contract.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sims: Option<PathBuf>,
    /// The list of chip SIMs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chip_sims: Option<PathBuf>,
    /// The folder for what is handed over.
    pub output: PathBuf,
    /// The journal, unless another is named: nobody else's lists are these.
    pub journal: PathBuf,
    /// What the carrier offers, and its prices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub catalogue: Option<PathBuf>,
    /// When the lists were exported; else their files say so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exported_at: Option<JstTime>,
    /// The greatest age of lists that are planned from, in seconds.
    pub max_age_seconds: u64,
    /// Rows that the list of SIMs must have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sim_rows: Option<u64>,
    /// Rows that the list of chip SIMs must have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chip_rows: Option<u64>,
    /// How the lists are read.
    #[serde(default)]
    pub reading: ExportReading,
}

/// How exported lists are read, beyond what simfleet knows by itself.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExportReading {
    /// The system number of every line that the list gives none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system_number: Option<String>,
    /// The service of every line that the list gives none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_code: Option<String>,
    /// Headings.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub columns: BTreeMap<ExportColumn, String>,
    /// Labels of statuses, with the status's name on the wire.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub statuses: BTreeMap<String, String>,
}

/// A column of an exported list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum ExportColumn {
    /// The phone number: the key.
    Msisdn,
    /// The status, by its label.
    Status,
    /// The card.
    Iccid,
    /// The subscription.
    Imsi,
    /// The device.
    Imei,
    /// The system number.
    SystemNumber,
    /// The service.
    ServiceCode,
    /// The rate plan.
    RatePlan,
    /// The day at whose end the line ends.
    TerminationDate,
}

impl ExportColumn {
    /// Every column.
    pub const ALL: [Self; 9] = [
        Self::Msisdn,
        Self::Status,
        Self::Iccid,
        Self::Imsi,
        Self::Imei,
        Self::SystemNumber,
        Self::ServiceCode,
        Self::RatePlan,
        Self::TerminationDate,
    ];

    /// The name in manifests.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Msisdn => "msisdn",
            Self::Status => "status",
            Self::Iccid => "iccid",
            Self::Imsi => "imsi",
            Self::Imei => "imei",
            Self::SystemNumber => "systemNumber",
            Self::ServiceCode => "serviceCode",
            Self::RatePlan => "ratePlan",
            Self::TerminationDate => "terminationDate",
        }
    }

    /// Headings that are known without being told: our own names, and those that a Japanese console is likely to
    /// have. Written without blanks, hyphens and underscores, in lower case.
    pub fn headings(self) -> &'static [&'static str] {
        match self {
            Self::Msisdn => &["msisdn", "phone", "phonenumber", "電話番号", "電気通信番号", "回線番号", "携帯電話番号"],
            Self::Status => &[
                "status",
                "state",
                "statuslabel",
                "状態",
                "ステータス",
                "回線状態",
                "回線ステータス",
                "契約状態",
                "利用状態",
                "利用状況",
                "simステータス",
            ],
            Self::Iccid => &["iccid", "iccid番号", "simカード番号", "simカード識別番号", "icカード番号"],
            Self::Imsi => &["imsi", "imsi番号"],
            Self::Imei => &["imei", "imei番号", "端末識別番号", "登録imei"],
            Self::SystemNumber => &["systemno", "systemnumber", "システム番号", "システムno"],
            Self::ServiceCode => &["servicecode", "service", "サービス", "サービスコード", "サービス名", "通信サービス"],
            Self::RatePlan => {
                &["rateplan", "plan", "plancode", "プラン", "プランコード", "料金プラン", "契約プラン", "通信プラン"]
            }
            Self::TerminationDate => &["terminationdate", "解約日", "解約予定日"],
        }
    }
}

/// A step of a check-list. It stands where a carrier that is called gives an application number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HandOver<'a> {
    /// The folder of what was handed over: the account's plan, and which time.
    pub folder: &'a str,
    /// The step of its check-list, from 1.
    pub step: u32,
}

impl<'a> HandOver<'a> {
    /// What begins the number of a step: no carrier's application numbers begin so.
    pub const PREFIX: &'static str = "console:";

    /// As an application number: `console:plan-5f62640d78d432d7/3`.
    pub fn number(self) -> ApplicationNumber {
        ApplicationNumber::new(format!("{}{}/{}", Self::PREFIX, self.folder, self.step))
    }

    /// The step that a number names; `None` for a carrier's application.
    pub fn of(number: &'a ApplicationNumber) -> Option<Self> {
        let (folder, step) = number.as_str().strip_prefix(Self::PREFIX)?.rsplit_once('/')?;
        Some(Self { folder, step: step.parse().ok()? })
    }
}

impl std::fmt::Display for HandOver<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "step {} of {}", self.step, self.folder)
    }
}
