using Touchline.Model;

namespace Touchline.Collectors.Host.Network;

/// <summary>Asks nl80211 for all of something, and hands on each message of the answer; false where this kernel knows no wireless networks.</summary>
/// <exception cref="IOException">The kernel refuses.</exception>
internal delegate bool WifiDump(byte command, ReadOnlySpan<byte> attributes, NetlinkTaker take);

/// <summary>Wireless interfaces, the networks that they are in, and whom they talk to there, as nl80211 tells.</summary>
internal sealed class WifiCollector(WifiDump dump) : NodeCollector("wifi")
{
    public const string Family = "nl80211";

    // Of linux/nl80211.h.
    private const byte GetInterfaces = 5;
    private const byte GetStations = 17;
    private const byte GetNetworks = 32;

    // Access points serve some hundred stations; a driver that tells of more is wrong.
    private const int MaxStations = 10_000;

    private readonly List<WifiInterface> _interfaces = [];
    private int _stations;

    public override void Collect(IMetricWriter writer)
    {
        _interfaces.Clear();
        _stations = 0;
        if (!dump(GetInterfaces, [], message => _interfaces.Add(WifiInterface.Read(message))))
        {
            NothingHere("the kernel knows no wireless networks");
            return;
        }
        var table = new FamilyTable();
        foreach (var one in _interfaces.Where(one => one.Name.Length > 0))
        {
            const double HertzPerMegahertz = 1e6;
            table.Gauge("node_wifi_interface_frequency_hertz", "The current frequency a WiFi interface is operating at, in hertz.", one.Megahertz * HertzPerMegahertz, "device", one.Name);
            // With several links at once, the first speaks for all.
            WifiNetwork? network = null;
            Ask(GetNetworks, one, message => network ??= WifiNetwork.Read(message));
            WriteNetwork(table, one.Name, network);
            Ask(GetStations, one, message => WriteStation(table, one.Name, WifiStation.Read(message)));
        }
        table.WriteTo(writer);
    }

    private void Ask(byte command, WifiInterface one, NetlinkTaker take)
    {
        try
        {
            dump(command, GenericNetlink.NumberAttribute(WifiInterface.IndexAttribute, one.Index), take);
        }
        catch (IOException)
        {
            // A driver without this question, or an interface that has gone, costs its own figures.
        }
    }

    private static void WriteNetwork(FamilyTable table, string device, WifiNetwork? network)
    {
        if (network is not null)
        {
            table.Gauge(
                "node_wifi_station_info", "Labeled WiFi interface station information as provided by the operating system.", 1,
                "device", device, "bssid", network.Address, "ssid", network.Name, "mode", network.Mode);
        }
    }

    private void WriteStation(FamilyTable table, string device, WifiStation? station)
    {
        if (station is null || ++_stations > MaxStations)
        {
            return;
        }
        string[] labels = ["device", device, "mac_address", station.Address];
        Counter("connected_seconds_total", "The total number of seconds a station has been connected to an access point.", station.ConnectedSeconds);
        Gauge("inactive_seconds", "The number of seconds since any wireless activity has occurred on a station.", station.InactiveSeconds);
        Gauge("receive_bits_per_second", "The current WiFi receive bitrate of a station, in bits per second.", station.ReceiveBitsPerSecond);
        Gauge("transmit_bits_per_second", "The current WiFi transmit bitrate of a station, in bits per second.", station.TransmitBitsPerSecond);
        Counter("receive_bytes_total", "The total number of bytes received by a WiFi station.", station.ReceivedBytes);
        Counter("transmit_bytes_total", "The total number of bytes transmitted by a WiFi station.", station.TransmittedBytes);
        Counter("received_packets_total", "The total number of packets received by a station.", station.ReceivedPackets);
        Counter("transmitted_packets_total", "The total number of packets transmitted by a station.", station.TransmittedPackets);
        Gauge("signal_dbm", "The current WiFi signal strength, in decibel-milliwatts (dBm).", station.SignalLevel);
        Counter("transmit_retries_total", "The total number of times a station has had to retry while sending a packet.", station.TransmitRetries);
        Counter("transmit_failed_total", "The total number of times a station has failed to send a packet.", station.TransmitFailures);
        Counter("beacon_loss_total", "The total number of times a station has detected a beacon loss.", station.BeaconLosses);

        void Counter(string name, string help, double value) => table.Counter("node_wifi_station_" + name, help, value, labels);

        void Gauge(string name, string help, double value) => table.Gauge("node_wifi_station_" + name, help, value, labels);
    }
}
