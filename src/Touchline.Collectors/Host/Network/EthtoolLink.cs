namespace Touchline.Collectors.Host.Network;

/// <summary>What a link can do and offers to do, as bits of linux/ethtool.h's link modes, of which this request knows the first 32.</summary>
internal readonly record struct EthtoolLink(uint Supported, uint Advertised, int Autonegotiates)
{
    public const uint Autonegotiation = 1 << 6;
    public const uint Pause = 1 << 13;
    public const uint AsymmetricPause = 1 << 14;

    /// <summary>Connectors, by bit.</summary>
    public static readonly (int Bit, string Name)[] Ports = [(7, "TP"), (8, "AUI"), (9, "MII"), (10, "FIBRE"), (11, "BNC"), (16, "Backplane")];

    /// <summary>Speeds in Mbit/s with what carries them, by bit.</summary>
    public static readonly (int Bit, int Speed, bool IsFullDuplex, string Medium)[] Speeds =
    [
        (0, 10, false, "T"), (1, 10, true, "T"), (2, 100, false, "T"), (3, 100, true, "T"), (4, 1000, false, "T"), (5, 1000, true, "T"),
        (12, 10000, true, "T"), (17, 1000, true, "KX"), (18, 10000, true, "KX4"), (19, 10000, true, "KR"), (20, 10000, true, "R_FEC"),
        (21, 20000, true, "MLD2"), (22, 20000, true, "KR2"), (23, 40000, true, "KR4"), (24, 40000, true, "CR4"), (25, 40000, true, "SR4"),
        (26, 40000, true, "LR4"), (27, 56000, true, "KR4"), (28, 56000, true, "CR4"), (29, 56000, true, "SR4"), (30, 56000, true, "LR4"),
        (31, 25000, true, "CR"),
    ];

    public static bool Has(uint modes, int bit) => (modes >> bit & 1) == 1;
}
