namespace Touchline.Collectors.Host.Network;

/// <summary>Whom a wireless interface talks to: its access point, or those whose access point it is.</summary>
internal sealed record WifiStation
{
    // Of linux/nl80211.h.
    private const int AddressAttribute = 6;
    private const int FiguresAttribute = 21;
    private const int Inactive = 1;
    private const int ReceivedBytes32 = 2;
    private const int TransmittedBytes32 = 3;
    private const int Signal = 7;
    private const int TransmitRate = 8;
    private const int Received = 9;
    private const int Transmitted = 10;
    private const int Retries = 11;
    private const int Failures = 12;
    private const int ReceiveRate = 14;
    private const int Connected = 16;
    private const int LostBeacons = 18;
    private const int ReceivedBytes64 = 23;
    private const int TransmittedBytes64 = 24;

    // Within a rate, in 100 kbit/s: what fits into 16 bits, and all.
    private const int Rate16 = 1;
    private const int Rate32 = 5;
    private const double BitsPerRate = 100_000;
    private const double MillisecondsPerSecond = 1000;

    public required string Address { get; init; }

    public required double ConnectedSeconds { get; init; }

    public required double InactiveSeconds { get; init; }

    public required double ReceiveBitsPerSecond { get; init; }

    public required double TransmitBitsPerSecond { get; init; }

    public required double ReceivedBytes { get; init; }

    public required double TransmittedBytes { get; init; }

    public required double ReceivedPackets { get; init; }

    public required double TransmittedPackets { get; init; }

    /// <summary>In dBm.</summary>
    public required double SignalLevel { get; init; }

    public required double TransmitRetries { get; init; }

    public required double TransmitFailures { get; init; }

    public required double BeaconLosses { get; init; }

    /// <summary>Null where the message has no figures. What a driver does not count is 0.</summary>
    public static WifiStation? Read(ReadOnlySpan<byte> message)
    {
        var figures = NetlinkAttributes.Find(message, FiguresAttribute);
        return figures.IsEmpty ? null : new WifiStation
        {
            Address = HardwareAddress.Text(NetlinkAttributes.Find(message, AddressAttribute)),
            ConnectedSeconds = Figure(figures, Connected),
            InactiveSeconds = Figure(figures, Inactive) / MillisecondsPerSecond,
            ReceiveBitsPerSecond = Rate(NetlinkAttributes.Find(figures, ReceiveRate)),
            TransmitBitsPerSecond = Rate(NetlinkAttributes.Find(figures, TransmitRate)),
            ReceivedBytes = Larger(figures, ReceivedBytes64, ReceivedBytes32),
            TransmittedBytes = Larger(figures, TransmittedBytes64, TransmittedBytes32),
            ReceivedPackets = Figure(figures, Received),
            TransmittedPackets = Figure(figures, Transmitted),
            SignalLevel = (sbyte)Figure(figures, Signal),
            TransmitRetries = Figure(figures, Retries),
            TransmitFailures = Figure(figures, Failures),
            BeaconLosses = Figure(figures, LostBeacons),
        };
    }

    private static double Rate(ReadOnlySpan<byte> rate) => Larger(rate, Rate32, Rate16) * BitsPerRate;

    /// <summary>A figure that old drivers have in fewer bits only, where it runs over.</summary>
    private static ulong Larger(ReadOnlySpan<byte> figures, int large, int small) =>
        Figure(figures, large) is var figure and > 0 ? figure : Figure(figures, small);

    private static ulong Figure(ReadOnlySpan<byte> figures, int type) => NetlinkAttributes.Number(NetlinkAttributes.Find(figures, type));
}
