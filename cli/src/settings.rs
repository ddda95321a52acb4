//! `settings`: how reports are sent from this folder.

use serde_json::{Value, json};
use turnstone_core::{
    Notebook,
    sync::{ProxyFor, ProxySetting},
};
use turnstone_wire::shown;

use crate::{
    args::{Common, ProxyUse, SettingsArgs},
    failure::Failure,
    home,
    output::Output,
};

/// Runs the command.
pub(crate) fn run(common: &Common, args: &SettingsArgs, output: &Output) -> Result<(), Failure> {
    let client = home::open(common, output)?;
    let notebook = home::unlock(&client, common, output)?;
    if let Some(proxy) = &args.proxy {
        let used_for = match args.proxy_for {
            ProxyUse::Anonymous => ProxyFor::Anonymous,
            ProxyUse::All => ProxyFor::All,
        };
        notebook.set_proxy(Some(&ProxySetting { proxy: proxy.clone(), used_for }))?;
    } else if args.no_proxy {
        notebook.set_proxy(None)?;
    }
    show(&notebook, output)
}

fn show(notebook: &Notebook, output: &Output) -> Result<(), Failure> {
    let setting = notebook.proxy()?;
    let words = match &setting {
        None => "Reports are sent without a proxy.".to_owned(),
        Some(ProxySetting { proxy, used_for }) => {
            let what = match used_for {
                ProxyFor::Anonymous => "Anonymous reports go",
                ProxyFor::All => "Everything goes",
            };
            let place = shown::line(&proxy.shown());
            format!("{what} by the proxy {place}; where it is not in reach, nothing goes around it.")
        }
    };
    let proxy: Option<Value> =
        setting.map(|ProxySetting { proxy, used_for }| json!({"address": proxy.shown(), "for": used_for}));
    output.answer(&json!({ "proxy": proxy }), words)
}
