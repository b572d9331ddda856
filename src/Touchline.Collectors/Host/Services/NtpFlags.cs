using System.Globalization;
using System.Net;
using Touchline.Collectors.Host.Settings;

namespace Touchline.Collectors.Host.Services;

/// <summary>Settings of the collector ntp.</summary>
internal static class NtpFlags
{
    public static readonly NodeFlag IsLocal = new(
        "collector.ntp.server-is-local", NodeFlagKind.Switch, "false", "Certifies that the server is no public one, which would have to bear every collection.");

    public static readonly NodeFlag Server = new("collector.ntp.server", NodeFlagKind.Text, "127.0.0.1", "Time server that is asked.")
    {
        CheckBeside = (values, text) => values.IsOn(IsLocal) || (IPAddress.TryParse(text, out var address) && IPAddress.IsLoopback(address))
            ? null
            : $"\"{text}\" is no loopback address, as 127.0.0.1; --{IsLocal.Name} beside it says that it is no public server",
    };

    public static readonly NodeFlag Port = new("collector.ntp.server-port", NodeFlagKind.Text, "123", "UDP port of the time server.") { Check = text => Whole(text, 1, 65535) };

    public static readonly NodeFlag Version = new("collector.ntp.protocol-version", NodeFlagKind.Text, "4", "Version of NTP that is spoken.") { Check = text => Whole(text, 2, 4) };

    public static readonly NodeFlag Hops = new("collector.ntp.ip-ttl", NodeFlagKind.Text, "1", "How many hops a question may take.") { Check = text => Whole(text, 1, 255) };

    public static readonly NodeFlag MaxDistance = new(
        "collector.ntp.max-distance", NodeFlagKind.Text, "3.46608s", "How far the server's time may be from that of its primary source.")
    { Check = Duration };

    public static readonly NodeFlag Tolerance = new(
        "collector.ntp.local-offset-tolerance", NodeFlagKind.Text, "1ms", "By how much this host's clock may be wrong at least.")
    { Check = Duration };

    public static IReadOnlyList<NodeFlag> All { get; } = [Server, Port, Version, IsLocal, Hops, MaxDistance, Tolerance];

    /// <summary>The length of a duration that was checked, in ns.</summary>
    public static double Nanoseconds(NodeFlagValues values, NodeFlag flag) => GoDuration.TryParse(values.Text(flag), out var seconds) ? seconds * NtpTime.NanosecondsPerSecond : 0;

    private static string? Whole(string text, int least, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? null
            : $"\"{text}\" is no whole number from {least} to {most}";

    private static string? Duration(string text) =>
        GoDuration.TryParse(text, out var seconds) && seconds >= 0 ? null : $"\"{text}\" is not a duration; write it as 1ms or 3.5s";
}
