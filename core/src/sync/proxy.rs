//! A SOCKS proxy, and what goes by it.

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::error::Invalid;

/// A SOCKS5 proxy that looks names up itself, such as the one Tor listens with. `Debug` hides it: it may hold a password, and
/// that somebody uses one is theirs to tell.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Proxy(Zeroizing<String>);

/// The port that SOCKS proxies listen at (RFC 1928 section 3).
const PORT: u16 = 1080;

impl Proxy {
    /// From `socks5h://[USER:PASSWORD@]HOST[:PORT]`; without a port, 1080.
    ///
    /// # Errors
    /// [`Invalid::Proxy`]. `socks5://` is refused too: with it this device would look the desk's name up, past the proxy.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let url = reqwest::Url::parse(text).map_err(|_| Invalid::Proxy("it is no address"))?;
        match url.scheme() {
            "socks5h" => {}
            "socks5" | "socks4" | "socks4a" => {
                return Err(Invalid::Proxy("only with socks5h are names looked up by the proxy"));
            }
            _ => return Err(Invalid::Proxy("it has to begin with socks5h://")),
        }
        let host = url.host_str().filter(|host| !host.is_empty());
        let host = host.ok_or(Invalid::Proxy("it names no host"))?;
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            return Err(Invalid::Proxy("nothing may follow the port"));
        }
        let port = url.port().unwrap_or(PORT);
        let user = match (url.username(), url.password()) {
            ("", None) => String::new(),
            (user, Some(password)) if !user.is_empty() => format!("{user}:{password}@"),
            _ => return Err(Invalid::Proxy("a user needs a password, and a password a user")),
        };
        Ok(Self(Zeroizing::new(format!("socks5h://{user}{host}:{port}"))))
    }

    /// The whole address, with user and password where it has them.
    pub fn address(&self) -> &str {
        &self.0
    }

    /// The address as it may be shown: without user and password.
    pub fn shown(&self) -> String {
        match self.0.rsplit_once('@') {
            Some((_, place)) => format!("socks5h://{place}"),
            None => self.0.to_string(),
        }
    }
}

impl std::hash::Hash for Proxy {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.address().hash(state);
    }
}

impl std::fmt::Debug for Proxy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[proxy]")
    }
}

/// What goes by a proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProxyFor {
    /// Anonymous reports, and whatever is asked for them.
    Anonymous,
    /// Everything.
    All,
}

/// A home's proxy: where it is set, nothing it is for goes around it, whether or not it is in reach.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProxySetting {
    /// Where it is.
    pub proxy: Proxy,
    /// What goes by it.
    #[serde(rename = "for")]
    pub used_for: ProxyFor,
}

impl ProxySetting {
    /// The proxy that a step has to go by.
    pub(super) fn of_step(&self, apart: bool) -> Option<Proxy> {
        (apart || self.used_for == ProxyFor::All).then(|| self.proxy.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_an_address_whose_names_are_looked_up_there() {
        for (text, address) in [
            ("socks5h://127.0.0.1:9050", "socks5h://127.0.0.1:9050"),
            ("socks5h://localhost", "socks5h://localhost:1080"),
            ("socks5h://[::1]:9150/", "socks5h://[::1]:9150"),
            ("socks5h://jo:secret@proxy.example:99", "socks5h://jo:secret@proxy.example:99"),
        ] {
            let proxy = Proxy::parse(text).unwrap();
            assert_eq!(proxy.address(), address);
            assert!(!proxy.shown().contains("secret") && format!("{proxy:?}") == "[proxy]");
        }
        for wrong in [
            "",
            "127.0.0.1:9050",
            "socks5://127.0.0.1:9050",
            "http://127.0.0.1:9050",
            "socks5h://",
            "socks5h://:9050",
            "socks5h://localhost:1/path",
            "socks5h://localhost:99999",
            "socks5h://jo@localhost:1",
        ] {
            assert!(matches!(Proxy::parse(wrong), Err(Invalid::Proxy(_))), "{wrong}");
        }
    }
}
