//! `settings`: how reports are sent from this folder, and when it locks itself.

use serde_json::{Value, json};
use turnstone_almanac::words::Lang;
use turnstone_core::{
    Client, Notebook,
    sync::{ProxyFor, ProxySetting},
    view,
};
use turnstone_wire::shown;

use crate::{
    args::{Common, ProxyUse, RouteSetting, SettingsArgs},
    failure::Failure,
    home,
    output::Output,
    show,
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
    match args.route {
        Some(RouteSetting::Is(route)) => notebook.set_usual_route(Some(route))?,
        Some(RouteSetting::Ask) => notebook.set_usual_route(None)?,
        None => {}
    }
    if args.station.is_some() || args.no_station {
        notebook.set_station(args.station.as_ref())?;
    }
    if let Some(after) = args.auto_lock {
        notebook.set_auto_lock(after)?;
    }
    show(&client, &notebook, output)
}

fn show(client: &Client, notebook: &Notebook, output: &Output) -> Result<(), Failure> {
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
    let usual = client.usual()?;
    let route = usual.route.map(|usual| usual.route().code());
    let routes = match (route, usual.team) {
        (Some(route), false) => format!("Reports take the route {route}, unless another one is named."),
        (_, true) => format!(
            "This is a team's device: reports take the route {}, unless another one is named.",
            usual.begin_with().code()
        ),
        (None, false) => {
            "No usual route is set: reports go to the police, unless another route is named.".to_owned()
        }
    };
    let station = client.station()?;
    let place = match &station {
        None => "No station is set.".to_owned(),
        Some(station) => {
            let place = show::place_words(&station.position);
            format!("The station is {}, at {place}.", shown::line(station.name.as_str()))
        }
    };
    let after = notebook.auto_lock()?;
    let (locks, sitting) = (view::auto_lock_sentence(after, Lang::En), view::sitting_sentence(Lang::En));
    let json = json!({
        "proxy": proxy,
        "route": route,
        "team": usual.team,
        "station": station,
        "auto_lock_minutes": after.minutes(),
    });
    output.answer(&json, format_args!("{words}\n{routes}\n{place}\n{locks} {sitting}"))
}
