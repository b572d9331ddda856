using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Touchline.Push.StatsD;

/// <summary>
/// Hands every line on to another server, unchanged, over UDP: as many as a datagram has room for, and at the latest a second later. Whatever
/// becomes of it delays nobody; what cannot be sent is counted and gone. Thread-safe.
/// </summary>
public sealed class StatsDRelay : IDisposable
{
    private const int TicksBetweenLookUps = 30;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly IPEndPoint? _own;
    private readonly byte[] _buffer;
    private readonly Lock _lock = new();
    private Socket? _socket;
    private IPEndPoint? _target;
    private string _problem = "";
    private int _used;

    /// <param name="address">HOST:PORT.</param>
    /// <param name="packetBytes">Most bytes of a datagram.</param>
    /// <param name="own">Where lines are taken over UDP, which must not be where they are sent.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told when it begins not to work, and when it works again.</param>
    internal StatsDRelay(string address, int packetBytes, IPEndPoint? own, TimeProvider time, ILogger logger)
    {
        (Address, _buffer, _own, _time, _logger) = (address, new byte[packetBytes], own, time, logger);
        if (IPAddress.TryParse(StatsDBinding.Parts(address).Host, out var ip))
        {
            Aim(ip);
        }
    }

    /// <summary>As it was given.</summary>
    public string Address { get; }

    /// <summary>Lines that were taken to be sent.</summary>
    public long Lines { get; private set; }

    /// <summary>Lines that no datagram has room for.</summary>
    public long LongLines { get; private set; }

    /// <summary>Datagrams that were sent.</summary>
    public long Packets { get; private set; }

    /// <summary>Datagrams that could not be.</summary>
    public long Failures { get; private set; }

    /// <summary>Adds a line, without its end.</summary>
    public void Send(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty)
        {
            return;
        }
        lock (_lock)
        {
            if (line.Length + 1 > _buffer.Length)
            {
                LongLines++;
                return;
            }
            if (_used + line.Length + 1 > _buffer.Length)
            {
                Flush();
            }
            line.CopyTo(_buffer.AsSpan(_used));
            _used += line.Length;
            _buffer[_used++] = (byte)'\n';
            Lines++;
        }
    }

    /// <summary>Sends what waits once a second and looks the name up every half minute, until it is told to stop; then the rest goes too.</summary>
    internal async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Interval, _time);
        try
        {
            for (var tick = 0; ; tick++)
            {
                if (tick % TicksBetweenLookUps == 0 || _target is null)
                {
                    await LookUpAsync(stop);
                }
                await timer.WaitForNextTickAsync(stop);
                lock (_lock)
                {
                    Flush();
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            lock (_lock)
            {
                Flush();
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _target = null;
            _socket?.Dispose();
        }
    }

    private async Task LookUpAsync(CancellationToken stop)
    {
        var (host, _) = StatsDBinding.Parts(Address);
        if (IPAddress.TryParse(host, out _))
        {
            return;
        }
        try
        {
            Aim((await Dns.GetHostAddressesAsync(host, stop))[0]);
        }
        catch (Exception e) when (e is SocketException or ArgumentException or IndexOutOfRangeException)
        {
            Say(e.Message);
        }
    }

    private void Aim(IPAddress ip)
    {
        var target = new IPEndPoint(ip, StatsDBinding.Parts(Address).Port);
        lock (_lock)
        {
            if (target.Port == _own?.Port && (IPAddress.IsLoopback(ip) || ip.Equals(_own.Address)))
            {
                Say("it is the address that StatsD is taken at here, and every line would come round for ever");
                return;
            }
            if (_socket?.AddressFamily != ip.AddressFamily)
            {
                _socket?.Dispose();
                _socket = new Socket(ip.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { Blocking = false };
            }
            _target = target;
        }
    }

    private void Flush()
    {
        if (_used == 0)
        {
            return;
        }
        try
        {
            if (_target is null)
            {
                Failures++;
            }
            else
            {
                _socket!.SendTo(_buffer.AsSpan(0, _used), SocketFlags.None, _target);
                Packets++;
                Say("");
            }
        }
        catch (SocketException e)
        {
            Failures++;
            Say(e.Message);
        }
        _used = 0;
    }

    /// <summary>Says a problem once, until there is another one or none.</summary>
    private void Say(string problem)
    {
        if (problem == _problem)
        {
            return;
        }
        _problem = problem;
        if (problem.Length > 0)
        {
            _logger.LogError("StatsD is not relayed to {Address}: {Reason}", Address, problem);
        }
        else
        {
            _logger.LogInformation("StatsD is relayed to {Address} again", Address);
        }
    }
}
