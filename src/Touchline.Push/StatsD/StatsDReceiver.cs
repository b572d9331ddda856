using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Touchline.Configuration;

namespace Touchline.Push.StatsD;

/// <summary>
/// Takes lines of StatsD over UDP, TCP and a unix datagram socket. What comes faster than it is read, the system drops, as it does with UDP. An
/// address that cannot be listened on is said, and costs itself only.
/// </summary>
public sealed class StatsDReceiver(StatsDRegistry registry, ILogger<StatsDReceiver> logger) : IAsyncDisposable
{
    private const int MostDatagramBytes = 65_535;
    private const int MostLineBytes = 16 * 1024;
    private const int MostConnections = 256;
    private const int WaitingConnections = 128;

    /// <summary>What the system keeps of datagrams while nobody reads; the kernel gives less where it is told to.</summary>
    private const int ReceiveBufferBytes = 4 * 1024 * 1024;

    /// <summary>A sender that is silent for this long gives its place to another.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(10);

    private readonly CancellationTokenSource _stop = new();
    private readonly StatsDLineParser _parser = new(registry.Figures);
    private readonly List<Task> _running = [];
    private readonly List<Socket> _sockets = [];
    private int _connections;
    private int _isDisposed;

    /// <summary>Where UDP is listened on; null where it is not. With port 0 the system chose it.</summary>
    public IPEndPoint? UdpEndPoint { get; private set; }

    public IPEndPoint? TcpEndPoint { get; private set; }

    /// <summary>Reads the mappings and listens wherever the options say. Called once.</summary>
    public void Start()
    {
        var options = registry.Options;
        if (!options.IsOn || !TryMap(options.MappingFile))
        {
            return;
        }
        if (options.UdpAddress.Length > 0 && TryBind(options.UdpAddress, SocketType.Dgram, "--statsd.listen-udp") is { } udp)
        {
            UdpEndPoint = (IPEndPoint)udp.LocalEndPoint!;
            _running.Add(Task.Run(() => ReceiveAsync(udp, registry.Figures.CountUdpPacket, _stop.Token)));
        }
        if (options.UnixgramPath.Length > 0 && TryBindUnix(options.UnixgramPath) is { } unix)
        {
            _running.Add(Task.Run(() => ReceiveAsync(unix, registry.Figures.CountUnixgramPacket, _stop.Token)));
        }
        if (options.TcpAddress.Length > 0 && TryBind(options.TcpAddress, SocketType.Stream, "--statsd.listen-tcp") is { } tcp)
        {
            TcpEndPoint = (IPEndPoint)tcp.LocalEndPoint!;
            _running.Add(Task.Run(() => AcceptAsync(tcp, _stop.Token)));
        }
    }

    /// <summary>Ends all of it. May be called again, as by the container after whoever stops it in its turn.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 1)
        {
            return;
        }
        await _stop.CancelAsync();
        _sockets.ForEach(socket => socket.Dispose());
        await Task.WhenAll(_running);
        if (_sockets.Exists(socket => socket.AddressFamily == AddressFamily.Unix))
        {
            DeleteSocket(registry.Options.UnixgramPath);
        }
        _stop.Dispose();
    }

    private void DeleteSocket(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            logger.LogDebug("{Path} stays: {Reason}", path, e.Message);
        }
    }

    private bool TryMap(string path)
    {
        if (path.Length == 0)
        {
            return true;
        }
        var (mappings, findings) = StatsDMappingFile.Load(path);
        foreach (var finding in findings)
        {
            logger.Log(finding.Severity == ConfigSeverity.Error ? LogLevel.Error : LogLevel.Warning, "{Finding}", finding);
        }
        if (mappings is null)
        {
            logger.LogError("No StatsD is taken, as {Path} cannot be used", path);
            return false;
        }
        registry.Map(mappings);
        return true;
    }

    private Socket? TryBind(string address, SocketType type, string flag)
    {
        var colon = address.LastIndexOf(':');
        var host = colon < 0 ? "" : address[..colon].Trim('[', ']');
        try
        {
            var port = int.Parse(address.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture);
            var ip = host.Length == 0 ? IPAddress.IPv6Any : IPAddress.TryParse(host, out var given) ? given : Dns.GetHostAddresses(host)[0];
            var socket = new Socket(ip.AddressFamily, type, type == SocketType.Dgram ? ProtocolType.Udp : ProtocolType.Tcp);
            _sockets.Add(socket);
            if (ip.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = true;
            }
            socket.ReceiveBufferSize = type == SocketType.Dgram ? ReceiveBufferBytes : socket.ReceiveBufferSize;
            socket.Bind(new IPEndPoint(ip, port));
            if (type == SocketType.Stream)
            {
                socket.Listen(WaitingConnections);
            }
            if (!IPAddress.IsLoopback(ip))
            {
                logger.LogWarning("Whoever reaches {Flag}={Address} can write StatsD: it knows no passwords", flag, address);
            }
            return socket;
        }
        catch (Exception e) when (e is SocketException or FormatException or OverflowException or ArgumentException)
        {
            logger.LogError("StatsD cannot be taken at {Flag}={Address}: {Reason}", flag, address, e.Message);
            return null;
        }
    }

    private Socket? TryBindUnix(string path)
    {
        try
        {
            // One that a killed process left behind keeps the name taken.
            if (File.Exists(path) && IsAbandoned(path))
            {
                File.Delete(path);
            }
            var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            socket.Bind(new UnixDomainSocketEndPoint(path));
            _sockets.Add(socket);
            return socket;
        }
        catch (Exception e) when (e is SocketException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            logger.LogError("StatsD cannot be taken at --statsd.listen-unixgram={Path}: {Reason}", path, e.Message);
            return null;
        }
    }

    /// <summary>Whether nobody listens on the socket of a path any more; any other file stays, and binding says so.</summary>
    private static bool IsAbandoned(string path)
    {
        const int NoSuchDevice = 6; // ENXIO: what opening a socket says, and no other file.
        try
        {
            using var file = File.OpenRead(path);
            return false;
        }
        catch (IOException e) when (e.HResult == NoSuchDevice)
        {
            return !IsListenedOn(path);
        }
    }

    private static bool IsListenedOn(string path)
    {
        using var probe = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode != SocketError.ConnectionRefused;
        }
    }

    private async Task ReceiveAsync(Socket socket, Action count, CancellationToken stop)
    {
        var buffer = new byte[MostDatagramBytes];
        var events = new List<StatsDEvent>();
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var length = await socket.ReceiveAsync(buffer, SocketFlags.None, stop);
                count();
                TakeLines(buffer.AsSpan(0, length), events);
            }
            catch (Exception e) when (stop.IsCancellationRequested && e is (OperationCanceledException or SocketException or ObjectDisposedException))
            {
                return;
            }
            catch (SocketException e)
            {
                // An answer that nobody waits for, as from a port that is closed; the next datagram is none the worse.
                logger.LogDebug("receiving StatsD: {Reason}", e.Message);
            }
        }
    }

    private async Task AcceptAsync(Socket listener, CancellationToken stop)
    {
        var open = new List<Task>();
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var connection = await listener.AcceptAsync(stop);
                registry.Figures.CountTcpConnection();
                open.RemoveAll(task => task.IsCompleted);
                if (Interlocked.Increment(ref _connections) > MostConnections)
                {
                    Interlocked.Decrement(ref _connections);
                    registry.Figures.CountTcpRefused();
                    connection.Dispose();
                    continue;
                }
                open.Add(ServeAsync(connection, stop));
            }
            catch (Exception e) when (stop.IsCancellationRequested && e is (OperationCanceledException or SocketException or ObjectDisposedException))
            {
                break;
            }
            catch (SocketException e)
            {
                registry.Figures.CountTcpError();
                logger.LogDebug("accepting StatsD: {Reason}", e.Message);
                // Out of descriptors, the next attempt fails as fast.
                await Task.Delay(100, CancellationToken.None);
            }
        }
        await Task.WhenAll(open);
    }

    private async Task ServeAsync(Socket connection, CancellationToken stop)
    {
        var buffer = new byte[MostLineBytes];
        var held = 0;
        var events = new List<StatsDEvent>();
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(stop);
        try
        {
            while (true)
            {
                silence.CancelAfter(Silence);
                var read = await connection.ReceiveAsync(buffer.AsMemory(held), SocketFlags.None, silence.Token);
                if (read == 0)
                {
                    TakeLines(buffer.AsSpan(0, held), events);
                    return;
                }
                held += read;
                var whole = buffer.AsSpan(0, held).LastIndexOf((byte)'\n') + 1;
                TakeLines(buffer.AsSpan(0, whole), events);
                buffer.AsSpan(whole, held - whole).CopyTo(buffer);
                held -= whole;
                if (held == buffer.Length)
                {
                    registry.Figures.CountTcpTooLong();
                    return;
                }
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            if (!stop.IsCancellationRequested)
            {
                registry.Figures.CountTcpError();
            }
        }
        finally
        {
            connection.Dispose();
            Interlocked.Decrement(ref _connections);
        }
    }

    private void TakeLines(ReadOnlySpan<byte> text, List<StatsDEvent> events)
    {
        events.Clear();
        try
        {
            foreach (var range in text.Split((byte)'\n'))
            {
                _parser.Parse(text[range].TrimEnd((byte)'\r'), events);
            }
            registry.Take(events);
        }
#pragma warning disable CA1031 // Whatever a sender finds to send, the next datagram is none the worse.
        catch (Exception e)
#pragma warning restore CA1031
        {
            logger.LogError(e, "lines of StatsD are passed over after an error");
        }
    }
}
