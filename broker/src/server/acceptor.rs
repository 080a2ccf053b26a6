//! Takes connections in, within limits.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::broker::Broker;
use super::connection::{Connection, Ended};
use super::context::RequestContext;
use super::line_limit::LineLimit;
use super::listener::Listener;
use super::turn::give_way;
use crate::admin::{Sample, Source};
use crate::config::broker_settings::{
    MAX_CONNECTIONS, MAX_CONNECTIONS_PER_IP, SOCKET_LISTEN_BACKLOG_SIZE,
    SOCKET_RECEIVE_BUFFER_BYTES, SOCKET_SEND_BUFFER_BYTES,
};
use crate::config::{ListenerAddress, Settings};

/// How long accepting pauses when the process has no file descriptor left.
const PAUSE: Duration = Duration::from_millis(100);

/// Bytes that the kernel takes for a connection beyond those that are on their way. Without it one
/// that reads nothing is given 4 MiB, which no budget counts and which take their time to copy.
const UNSENT_BYTES: u32 = 256 << 10;

/// Counts open connections, in all and by address.
#[derive(Debug, Default)]
pub struct Connections {
    open: AtomicUsize,
    next_id: AtomicU64,
    by_address: Mutex<HashMap<IpAddr, usize>>,
    line_limit: LineLimit,
}

impl Connections {
    /// Open connections.
    pub fn open(&self) -> usize {
        self.open.load(Ordering::Relaxed)
    }
}

impl Source for Connections {
    fn read(&self, samples: &mut Vec<Sample>) {
        samples.push(Sample::plain("connections", self.open() as f64));
    }
}

impl Source for Arc<Connections> {
    fn read(&self, samples: &mut Vec<Sample>) {
        self.as_ref().read(samples);
    }
}

/// One admitted connection; counted until dropped.
#[derive(Debug)]
struct Admitted {
    connections: Arc<Connections>,
    address: IpAddr,
}

impl Connections {
    fn admit(self: &Arc<Self>, address: IpAddr, limits: Limits) -> Result<Admitted, &'static str> {
        if self.open.fetch_add(1, Ordering::Relaxed) >= limits.all {
            self.open.fetch_sub(1, Ordering::Relaxed);
            return Err("max_connections");
        }
        let mut by_address = self.by_address.lock();
        let count = by_address.entry(address).or_default();
        *count += 1;
        let admitted = Admitted {
            connections: Arc::clone(self),
            address,
        };
        let refused = *count > limits.per_address;
        drop(by_address);
        if refused {
            return Err("max_connections_per_ip");
        }
        Ok(admitted)
    }
}

impl Drop for Admitted {
    fn drop(&mut self) {
        self.connections.open.fetch_sub(1, Ordering::Relaxed);
        let mut by_address = self.connections.by_address.lock();
        if let Some(count) = by_address.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                by_address.remove(&self.address);
            }
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Limits {
    all: usize,
    per_address: usize,
}

/// A listener that is bound and does not accept yet.
#[derive(Debug)]
pub struct Bound {
    socket: TcpListener,
    listener: Arc<Listener>,
}

impl Bound {
    /// Binds `address`.
    ///
    /// # Errors
    /// One line that says what could not be bound and why.
    pub async fn bind(settings: &Settings, address: &ListenerAddress) -> Result<Self, String> {
        let failed = |e: io::Error| format!("cannot listen on {address}: {}", humane(&e));
        let host = if address.host.is_empty() {
            "::"
        } else {
            &address.host
        };
        let targets = tokio::net::lookup_host((host, address.port)).await;
        let mut targets: Vec<SocketAddr> = targets.map_err(failed)?.collect();
        if address.host.is_empty() {
            // Hosts without IPv6.
            targets.push(SocketAddr::from(([0, 0, 0, 0], address.port)));
        }
        let mut result = Err(io::ErrorKind::AddrNotAvailable.into());
        for target in targets {
            result = bind_socket(settings, target);
            match &result {
                Err(e) if e.kind() == io::ErrorKind::AddrInUse => break,
                Err(_) => {}
                Ok(_) => break,
            }
        }
        let socket = result.map_err(failed)?;
        let bound = socket.local_addr().map_err(failed)?;
        Ok(Self {
            socket,
            listener: Arc::new(Listener::new(settings, address, bound)?),
        })
    }

    /// The listener.
    pub fn listener(&self) -> &Arc<Listener> {
        &self.listener
    }

    /// Serves every connection in a task of its own until `shutdown`.
    pub async fn serve(
        self,
        broker: Arc<Broker>,
        connections: Arc<Connections>,
        tasks: TaskTracker,
        shutdown: CancellationToken,
    ) {
        let limits = Limits {
            all: limit(broker.settings.get(&MAX_CONNECTIONS)).min(descriptors_for_connections()),
            per_address: limit(broker.settings.get(&MAX_CONNECTIONS_PER_IP)),
        };
        loop {
            let accepted = tokio::select! {
                accepted = self.socket.accept() => accepted,
                () = shutdown.cancelled() => return,
            };
            let (stream, peer) = match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    if is_about_descriptors(&error) {
                        tracing::warn!(%error, "cannot accept a connection");
                        tokio::time::sleep(PAUSE).await;
                    }
                    continue;
                }
            };
            match connections.admit(peer.ip().to_canonical(), limits) {
                Ok(admitted) => {
                    broker.metrics.connections_accepted.inc();
                    let listener = Arc::clone(&self.listener);
                    let (broker, shutdown) = (Arc::clone(&broker), shutdown.clone());
                    tasks.spawn(run(broker, listener, stream, peer, admitted, shutdown));
                }
                Err(reason) => {
                    broker.metrics.connection_refused(reason);
                    if let Some(more) = connections.line_limit.admit(broker.clock.monotonic()) {
                        tracing::warn!(%peer, reason, more, "refused a connection");
                    }
                }
            }
            // A crowd that comes does not keep out those who are there.
            give_way().await;
        }
    }
}

async fn run(
    broker: Arc<Broker>,
    listener: Arc<Listener>,
    stream: TcpStream,
    peer: SocketAddr,
    admitted: Admitted,
    shutdown: CancellationToken,
) {
    let Ok(local) = stream.local_addr() else {
        return;
    };
    let _ = stream.set_nodelay(true);
    let connection_id = admitted.connections.next_id.fetch_add(1, Ordering::Relaxed);
    let context = RequestContext::new(connection_id, listener, peer, local);
    let metrics = Arc::clone(&broker.metrics);
    let clock = Arc::clone(&broker.clock);
    let mut connection = Box::new(Connection::new(broker, stream, context));
    let ended = connection.run(&shutdown).await;
    let context = connection.context();
    if let Some(reason) = ended.blame() {
        metrics.connection_refused(reason);
        if matches!(ended, Ended::Request(_) | Ended::Refused(_)) {
            metrics
                .api(context.api_key.code(), context.api_key.name())
                .error();
        }
        if let Some(more) = admitted.connections.line_limit.admit(clock.monotonic()) {
            let client_id = context.client_id_str();
            tracing::warn!(%peer, client_id, more, "closed a connection: {ended}");
        }
    } else {
        tracing::debug!(%peer, "connection ended: {ended}");
    }
}

fn bind_socket(settings: &Settings, target: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(
        Domain::for_address(target),
        Type::STREAM,
        Some(Protocol::TCP),
    )?;
    if target.is_ipv6() {
        socket.set_only_v6(false)?;
    }
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    // Accepted sockets inherit these.
    if let Ok(bytes) = usize::try_from(settings.get(&SOCKET_RECEIVE_BUFFER_BYTES)) {
        socket.set_recv_buffer_size(bytes)?;
    }
    if let Ok(bytes) = usize::try_from(settings.get(&SOCKET_SEND_BUFFER_BYTES)) {
        socket.set_send_buffer_size(bytes)?;
    }
    socket.set_tcp_notsent_lowat(UNSENT_BYTES)?;
    socket.bind(&target.into())?;
    socket.listen(settings.get(&SOCKET_LISTEN_BACKLOG_SIZE))?;
    TcpListener::from_std(socket.into())
}

/// Why an address cannot be listened on.
pub fn humane(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AddrInUse => "the port is in use by another process".to_owned(),
        io::ErrorKind::PermissionDenied => "no permission for this port".to_owned(),
        _ => error.to_string(),
    }
}

fn limit(setting: i32) -> usize {
    usize::try_from(setting).unwrap_or(0)
}

fn is_about_descriptors(error: &io::Error) -> bool {
    use rustix::io::Errno;
    let code = error.raw_os_error().map(Errno::from_raw_os_error);
    matches!(
        code,
        Some(Errno::MFILE | Errno::NFILE | Errno::NOBUFS | Errno::NOMEM)
    )
}

/// Connections that leave enough file descriptors for everything else.
fn descriptors_for_connections() -> usize {
    let limits = rustix::process::getrlimit(rustix::process::Resource::Nofile);
    let all = limits.current.unwrap_or(u64::MAX);
    usize::try_from(all.saturating_sub(512).max(all / 2)).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Profile;

    #[tokio::test]
    async fn the_kernel_takes_little_for_a_peer_that_reads_nothing() {
        let settings = Settings::defaults(Profile::Server);
        let listener = bind_socket(&settings, SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
        let peer = TcpStream::connect(listener.local_addr().unwrap());
        let peer = peer.await.unwrap();
        let (stream, _) = listener.accept().await.unwrap();
        let mut taken = 0;
        // Until nothing has been taken for a while: the kernel acknowledges what it can.
        while let Ok(writable) =
            tokio::time::timeout(Duration::from_millis(300), stream.writable()).await
        {
            writable.unwrap();
            taken += stream.try_write(&[0; 64 << 10]).unwrap_or(0);
        }
        peer.readable().await.unwrap();
        let received = peer.try_read(&mut vec![0; taken]).unwrap();
        let held = taken - received;
        assert!(held <= 2 * UNSENT_BYTES as usize, "{held}");
    }

    #[test]
    fn limits_count_what_is_open() {
        let connections = Arc::new(Connections::default());
        let limits = Limits {
            all: 3,
            per_address: 2,
        };
        let [near, far] = [[127, 0, 0, 1], [10, 0, 0, 1]].map(IpAddr::from);
        let first = connections.admit(near, limits).unwrap();
        let _second = connections.admit(near, limits).unwrap();
        let refused = connections.admit(near, limits);
        assert_eq!(refused.unwrap_err(), "max_connections_per_ip");
        let _third = connections.admit(far, limits).unwrap();
        assert_eq!(
            connections.admit(far, limits).unwrap_err(),
            "max_connections"
        );
        drop(first);
        assert_eq!(connections.open(), 2);
        connections.admit(near, limits).unwrap();
    }
}
