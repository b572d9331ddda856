using System.Net;
using System.Net.Sockets;
using Touchline.Configuration.Probes;

namespace Touchline.Collectors.Probes;

/// <summary>Looks up a target's name and takes one of its addresses. Only one is tried, so that a failure means something.</summary>
internal static class ProbeAddress
{
    /// <summary>The address and how long looking it up took; null where there is none, which is then said.</summary>
    public static async Task<(IPAddress? Address, double Seconds)> ChooseAsync(ProbeRun run, ProbeAddressConfig config, string host)
    {
        var protocol = run.Metrics.Gauge("probe_ip_protocol", "Specifies whether probe ip protocol is IP4 or IP6");
        var lookup = run.Metrics.Gauge("probe_dns_lookup_time_seconds", "Returns the time taken for probe dns lookup in seconds");
        var hash = run.Metrics.Gauge("probe_ip_addr_hash", "Specifies the hash of IP address. It's useful to detect if the IP address changes.");
        var wanted = config.PrefersIp4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
        run.Log.Info("Resolving target address", ("target", host), ("ip_protocol", config.PrefersIp4 ? "ip4" : "ip6"));
        var started = run.Time.GetTimestamp();
        IPAddress? address = null;
        try
        {
            var all = await LookUpAsync(host, run.Deadline).ConfigureAwait(false);
            address = Array.Find(all, a => a.AddressFamily == wanted) ?? (config.Fallback ? all.FirstOrDefault() : null);
            if (address is null)
            {
                run.Fail(ProbeReason.NoAddress, "Resolution with IP protocol failed", ("target", host), ("err", "no address of this IP protocol"));
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ArgumentException)
        {
            var reason = e is ArgumentException ? ProbeReason.NameNotFound : ProbeReason.Of(e);
            run.Fail(reason, "Resolution with IP protocol failed", ("target", host), ("err", ProbeReason.Describe(e)));
        }
        lookup.Value = run.Time.GetElapsedTime(started).TotalSeconds;
        if (address is not null)
        {
            protocol.Value = address.AddressFamily == AddressFamily.InterNetwork ? 4 : 6;
            hash.Value = Hash(address);
            run.Log.Info("Resolved target address", ("target", host), ("ip", address));
        }
        return (address, lookup.Value);
    }

    public static async Task<IPAddress[]> LookUpAsync(string host, CancellationToken cancellationToken) =>
        IPAddress.TryParse(host.Trim('[', ']'), out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, cancellationToken).ConfigureAwait(false);

    /// <summary>Host and port of <c>host:port</c>, the host without brackets; false where there is no port.</summary>
    public static bool TrySplit(string target, out string host, out int port)
    {
        (host, port) = (target, 0);
        var colon = target.LastIndexOf(':');
        if (colon < 0 || !ushort.TryParse(target.AsSpan(colon + 1), out var number) || (target.IndexOf(':', StringComparison.Ordinal) != colon && target[colon - 1] != ']'))
        {
            return false;
        }
        (host, port) = (target[..colon].Trim('[', ']'), number);
        return true;
    }

    /// <summary>A connection from the address that the module wants. The caller owns it.</summary>
    public static async Task<Socket> ConnectAsync(EndPoint target, string? source, CancellationToken cancellationToken)
    {
        var socket = target is UnixDomainSocketEndPoint
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (source is not null)
            {
                socket.Bind(new IPEndPoint(IPAddress.Parse(source), 0));
            }
            await socket.ConnectAsync(target, cancellationToken).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>FNV-1a with 32 bits over the bytes of the address.</summary>
    private static double Hash(IPAddress address)
    {
        var hash = 2166136261u;
        foreach (var part in address.GetAddressBytes())
        {
            hash = (hash ^ part) * 16777619u;
        }
        return hash;
    }
}
