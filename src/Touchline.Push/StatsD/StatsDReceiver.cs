using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Touchline.Push.StatsD;

/// <summary>
/// Takes lines of StatsD over UDP, TCP and a unix datagram socket. What comes faster than it is read, the system drops, as it does with UDP. An
/// address that cannot be listened on is said, and costs itself only. Without usable mappings nothing is listened on, until they are.
/// </summary>
public sealed class StatsDReceiver : IAsyncDisposable
{
    private const int MostDatagramBytes = 65_535;
    private const int MostLineBytes = 16 * 1024;
    private const int MostConnections = 256;

    /// <summary>A sender that is silent for this long gives its place to another.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(10);

    private readonly StatsDRegistry _registry;
    private readonly TimeProvider _time;
    private readonly ILogger<StatsDReceiver> _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly StatsDMappings _mappings;
    private readonly StatsDLineParser _parser;
    private readonly Lock _listening = new();
    private readonly List<Task> _running = [];
    private readonly List<Socket> _sockets = [];
    private IReadOnlyList<StatsDRelay> _relays = [];
    private int _connections;
    private bool _isListening;
    private bool _isDisposed;

    public StatsDReceiver(StatsDRegistry registry, TimeProvider time, ILogger<StatsDReceiver> logger)
    {
        (_registry, _time, _logger) = (registry, time, logger);
        _mappings = new StatsDMappings(registry, time, logger);
        _parser = new StatsDLineParser(registry.Figures, registry.Options.TagStyles);
    }

    /// <summary>Where UDP is listened on; null where it is not. With port 0 the system chose it.</summary>
    public IPEndPoint? UdpEndPoint { get; private set; }

    public IPEndPoint? TcpEndPoint { get; private set; }

    /// <summary>Those who get every line too.</summary>
    public IReadOnlyList<StatsDRelay> Relays => _relays;

    /// <summary>Reads the mappings and listens wherever the options say. Called once.</summary>
    public void Start()
    {
        if (!_registry.Options.IsOn)
        {
            return;
        }
        if (!TryReload(out _))
        {
            _logger.LogError("No StatsD is taken until {Path} is right", _registry.Options.MappingFile);
        }
        if (_registry.Options.MappingFile.Length > 0)
        {
            lock (_listening)
            {
                _running.Add(Task.Run(() => _mappings.WatchAsync(Listen, _stop.Token)));
            }
        }
    }

    /// <summary>Reads the mappings again; wrong ones change nothing and are said.</summary>
    public bool TryReload(out string error)
    {
        error = "";
        if (!_registry.Options.IsOn)
        {
            return true;
        }
        if (!_mappings.TryLoad(out error))
        {
            return false;
        }
        Listen();
        return true;
    }

    /// <summary>Ends all of it. May be called again, as by the container after whoever stops it in its turn.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_listening)
        {
            if (_isDisposed)
            {
                return;
            }
            _isDisposed = true;
        }
        await _stop.CancelAsync();
        _sockets.ForEach(socket => socket.Dispose());
        await Task.WhenAll(_running);
        foreach (var relay in _relays)
        {
            relay.Dispose();
        }
        if (_sockets.Exists(socket => socket.AddressFamily == AddressFamily.Unix))
        {
            DeleteSocket(_registry.Options.UnixgramPath);
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
            _logger.LogDebug("{Path} stays: {Reason}", path, e.Message);
        }
    }

    private void Listen()
    {
        lock (_listening)
        {
            if (_isListening || _isDisposed)
            {
                return;
            }
            _isListening = true;
            var (options, binding) = (_registry.Options, new StatsDBinding(_registry.Options, _logger));
            var udp = options.UdpAddress.Length > 0 ? Keep(binding.TryBind(options.UdpAddress, SocketType.Dgram, "--statsd.listen-udp")) : null;
            var unix = options.UnixgramPath.Length > 0 ? Keep(binding.TryBindUnix(options.UnixgramPath)) : null;
            var tcp = options.TcpAddress.Length > 0 ? Keep(binding.TryBind(options.TcpAddress, SocketType.Stream, "--statsd.listen-tcp")) : null;
            UdpEndPoint = (IPEndPoint?)udp?.LocalEndPoint;
            TcpEndPoint = (IPEndPoint?)tcp?.LocalEndPoint;
            StartRelays(options);
            if (udp is not null)
            {
                _running.Add(Task.Run(() => ReceiveAsync(udp, _registry.Figures.CountUdpPacket, _stop.Token)));
            }
            if (unix is not null)
            {
                _running.Add(Task.Run(() => ReceiveAsync(unix, _registry.Figures.CountUnixgramPacket, _stop.Token)));
            }
            if (tcp is not null)
            {
                _running.Add(Task.Run(() => AcceptAsync(tcp, _stop.Token)));
            }
        }
    }

    private Socket? Keep(Socket? socket)
    {
        if (socket is not null)
        {
            _sockets.Add(socket);
        }
        return socket;
    }

    private void StartRelays(StatsDOptions options)
    {
        _relays = [.. options.RelayAddresses.Select(address => new StatsDRelay(address, options.RelayPacketBytes, UdpEndPoint, _time, _logger))];
        _running.AddRange(_relays.Select(relay => Task.Run(() => relay.RunAsync(_stop.Token))));
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
                _logger.LogDebug("receiving StatsD: {Reason}", e.Message);
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
                _registry.Figures.CountTcpConnection();
                open.RemoveAll(task => task.IsCompleted);
                if (Interlocked.Increment(ref _connections) > MostConnections)
                {
                    Interlocked.Decrement(ref _connections);
                    _registry.Figures.CountTcpRefused();
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
                _registry.Figures.CountTcpError();
                _logger.LogDebug("accepting StatsD: {Reason}", e.Message);
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
                    _registry.Figures.CountTcpTooLong();
                    return;
                }
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            if (!stop.IsCancellationRequested)
            {
                _registry.Figures.CountTcpError();
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
                var line = text[range].TrimEnd((byte)'\r');
                foreach (var relay in _relays)
                {
                    relay.Send(line);
                }
                _parser.Parse(line, events);
            }
            _registry.Take(events);
        }
#pragma warning disable CA1031 // Whatever a sender finds to send, the next datagram is none the worse.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _logger.LogError(e, "lines of StatsD are passed over after an error");
        }
    }
}
