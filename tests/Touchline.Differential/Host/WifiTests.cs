using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Touchline.Collectors;
using Touchline.Collectors.Host;
using Touchline.Collectors.Host.Network;

namespace Touchline.Differential.Host;

/// <summary>
/// Whether wireless interfaces are told as the real node_exporter tells them. No machine that runs tests has any: theirs reads what there
/// would be from files, and ours gets the same in messages as nl80211 sends them.
/// </summary>
public sealed class WifiTests
{
    private const byte GetInterfaces = 5;
    private const byte GetStations = 17;
    private const byte GetNetworks = 32;
    private const uint AdHoc = 2;

    private readonly List<object> _files = [];
    private readonly List<byte[]> _interfaces = [];
    private readonly Dictionary<(byte Command, uint Index), List<byte[]>> _answers = [];

    [Fact]
    public async Task Interfaces_networks_and_stations_are_told_as_node_exporter_tells_them()
    {
        var folder = Directory.CreateTempSubdirectory("touchline-wifi-").FullName;
        try
        {
            AddInterface(3, "wlan0", 2412);
            AddInterface(4, "wlan1", 5180);
            AddInterface(5, "", 0);
            AddInterface(6, "ap\"0", 0);
            AddNetwork(folder, 3, "wlan0", "Exam\"ple ⚽", 1);
            AddNetwork(folder, 4, "wlan1", "", AdHoc);
            AddNetwork(folder, 6, "ap\"0", "odd", 7);
            AddStations(folder, 3, "wlan0", new Station(0x11, 30, 400, 1280, 70_000, -52, uint.MaxValue, 1UL << 40));
            AddStations(folder, 6, "ap\"0", new Station(0x22, 0, 0, 0, 0, 0, 0, 0), new Station(0x33, 86_400, 1, 65_535, 10, -128, 17, 18));
            await File.WriteAllTextAsync(Path.Combine(folder, "interfaces.json"), JsonSerializer.Serialize(_files), TestContext.Current.CancellationToken);
            await using var peer = await NodeExporter.StartAsync(["wifi"], TestContext.Current.CancellationToken, $"--collector.wifi.fixtures={folder}");

            var theirs = await peer.ReadAsync(TestContext.Current.CancellationToken);

            Assert.Equal(5, theirs.Samples.Keys.Count(series => series.StartsWith("node_wifi_interface", StringComparison.Ordinal) || series.Contains("_signal_", StringComparison.Ordinal)) - 1);
            Assert.Equal(MachineTests.Lines(theirs), MachineTests.Lines(Read()));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private void AddInterface(uint index, string name, uint megahertz)
    {
        _files.Add(new { Index = index, Name = name, Frequency = megahertz });
        // A device that has no interface of its own has no name in the message.
        _interfaces.Add([.. Number(3, index), .. name.Length == 0 ? [] : Attribute(4, Encoding.UTF8.GetBytes(name + "\0")), .. Number(5, 2), .. Number(38, megahertz)]);
    }

    private void AddNetwork(string folder, uint index, string device, string name, uint status)
    {
        byte[] address = [0, 0x11, 0x22, 0x33, 0x44, (byte)index];
        // Theirs numbers what stands in files otherwise than the kernel, and so takes an ad-hoc network of the kernel's for an unknown one.
        Write(folder, device, "bss.json", new { SSID = name, BSSID = address, Status = status == AdHoc ? 3 : status });
        byte[] text = Encoding.UTF8.GetBytes(name);
        // Other elements stand around the name, and networks that were only heard around that of the interface.
        byte[] elements = [1, 4, 0x82, 0x84, 0x8b, 0x96, 0, (byte)text.Length, .. text, 3, 1, 6];
        byte[] heard = [.. Attribute(1, [9, 9, 9, 9, 9, 9]), .. Attribute(6, [0, 3, .. "far"u8])];
        byte[] joined = [.. Attribute(1, address), .. Number(2, 2412), .. Attribute(6, elements), .. Number(9, status)];
        _answers[(GetNetworks, index)] = [[.. Number(3, index), .. Attribute(47, heard)], [.. Number(3, index), .. Attribute(47 | Nested, joined)]];
    }

    private void AddStations(string folder, uint index, string device, params Station[] stations)
    {
        Write(folder, device, "stationinfo.json", stations.Select(station => station.File));
        _answers[(GetStations, index)] = [.. stations.Select(station => (byte[])[.. Number(3, index), .. station.Message])];
    }

    private static void Write(string folder, string device, string file, object content)
    {
        Directory.CreateDirectory(Path.Combine(folder, device));
        File.WriteAllText(Path.Combine(folder, device, file), JsonSerializer.Serialize(content));
    }

    private Exposition Read()
    {
        using var collector = new HostCollector([new WifiCollector(Answer)], TimeProvider.System, NullLogger<HostCollector>.Instance);
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new TextMetricWriter(buffer, TextMetricFormat.Prometheus);
        collector.Collect(writer, TestContext.Current.CancellationToken);
        writer.Complete();
        return Exposition.Parse(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    private bool Answer(byte command, ReadOnlySpan<byte> attributes, NetlinkTaker take)
    {
        var index = (uint)NetlinkAttributes.Number(NetlinkAttributes.Find(attributes, 3));
        var messages = command == GetInterfaces ? _interfaces : _answers.GetValueOrDefault((command, index), []);
        messages.ForEach(message => take(message));
        return true;
    }

    private const int Nested = 0x8000;

    private static byte[] Number(int type, uint value) => Attribute(type, BitConverter.GetBytes(value));

    private static byte[] Attribute(int type, byte[] content)
    {
        var padding = new byte[-content.Length & 3];
        return [.. BitConverter.GetBytes((ushort)(4 + content.Length)), .. BitConverter.GetBytes((ushort)type), .. content, .. padding];
    }

    /// <summary>Rates are in 100 kbit/s.</summary>
    private sealed record Station(byte Id, uint Seconds, uint IdleMilliseconds, uint ReceiveRate, uint TransmitRate, sbyte Signal, uint Received, ulong Transmitted)
    {
        private byte[] Address => [0xaa, 0xbb, 0xcc, 0xdd, 0xee, Id];

        public object File => new
        {
            HardwareAddr = Address,
            Connected = Seconds * 1_000_000_000L,
            Inactive = IdleMilliseconds * 1_000_000L,
            ReceiveBitrate = ReceiveRate * 100_000L,
            TransmitBitrate = TransmitRate * 100_000L,
            Signal,
            TransmitRetries = 10 + Id,
            TransmitFailed = 20 + Id,
            BeaconLoss = 30 + Id,
            ReceivedPackets = 40 + Id,
            TransmittedPackets = 50 + Id,
            ReceivedBytes = Received,
            TransmittedBytes = Transmitted,
        };

        /// <summary>Both widths of a counter are sent where it has both: the narrow one has run over. A rate that 16 bits cannot hold is in 32 only.</summary>
        public byte[] Message =>
        [
            .. WifiTests.Attribute(6, Address),
            .. WifiTests.Attribute(21 | Nested,
            [
                .. Number(1, IdleMilliseconds), .. Number(2, Received), .. Number(3, (uint)Transmitted), .. WifiTests.Attribute(24, BitConverter.GetBytes(Transmitted)),
                .. WifiTests.Attribute(7, [(byte)Signal]), .. Rate(8, TransmitRate), .. Number(9, 40u + Id), .. Number(10, 50u + Id), .. Number(11, 10u + Id),
                .. Number(12, 20u + Id), .. Rate(14, ReceiveRate), .. Number(16, Seconds), .. Number(18, 30u + Id),
            ]),
        ];

        private static byte[] Rate(int type, uint rate) => WifiTests.Attribute(
            type | Nested, [.. rate > ushort.MaxValue ? [] : WifiTests.Attribute(1, BitConverter.GetBytes((ushort)rate)), .. Number(5, rate)]);
    }
}
