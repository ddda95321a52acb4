//! The far end, called instead of connected to.

use turnstone_tests::simulated::{Answer, Answering, FarEnd, Request};

use crate::far::{Came, Far, Play};

impl FarEnd for Far {
    fn is_at(&self, authority: &str) -> bool {
        self.url("") == format!("http://{authority}")
    }

    fn answer(&self, mut request: Request) -> Answering<'_> {
        Box::pin(async move {
            let (method, path) = (request.method.to_owned(), request.path.clone());
            let connection = request.connection;
            let mut came =
                Came { method, path, headers: request.headers.clone(), body: Vec::new(), connection };
            let most = match self.play(&came.path) {
                Some(Play::StopsReading(most)) => Some(most),
                _ => None,
            };
            while (came.body.len() as u64) < request.length {
                if most.is_some_and(|most| came.body.len() >= most) {
                    self.take(came.clone());
                    return self.stop_reading(came.body.len(), request).await;
                }
                came.body.extend(request.body.recv().await?);
            }
            match self.take(came) {
                Play::Answer { status, headers, body } => {
                    let headers = headers.iter().map(|(name, value)| (name.to_lowercase(), value.clone()));
                    Some(Answer { status, headers: headers.collect(), body })
                }
                Play::Silence | Play::Half(_) | Play::StopsReading(_) => None,
                Play::Never => std::future::pending().await,
            }
        })
    }
}
