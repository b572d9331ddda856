namespace Touchline.Collectors.Host.Network;

/// <summary>What drives a network interface, and how much it counts.</summary>
internal sealed record EthtoolDriver(string Name, string Version, string FirmwareVersion, string BusInfo, string ExpansionRomVersion, int StatisticsCount);
