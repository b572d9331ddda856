using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Touchline.Configuration;
using Touchline.Scraping.Discovery;

namespace Touchline.Scraping.Tests.Discovery;

public sealed class DnsDiscoveryTests
{
    // Made by hand from RFC 1035: a pointer to the question's name at byte 12, type, class, lifetime, length, data.
    private const string Srv = "c00c 0021 0001 0000003c 000e 000a 0005 2384 03 686f73 02 6578 00";
    private const string SrvOther = "c00c 0021 0001 0000003c 000e 000a 0005 2385 03 6f7468 02 6578 00";

    [Fact]
    public async Task Srv_records_are_targets_with_ports_of_their_own() => Assert.Equal(
        ["hos.ex:9092 {__meta_dns_name=\"_m._tcp.ex\", __meta_dns_srv_record_port=\"9092\", __meta_dns_srv_record_target=\"hos.ex.\"}",
            "oth.ex:9093 {__meta_dns_name=\"_m._tcp.ex\", __meta_dns_srv_record_port=\"9093\", __meta_dns_srv_record_target=\"oth.ex.\"}"],
        await LookUpAsync("SRV", 0, SrvOther, Srv));

    [Fact]
    public async Task Addresses_are_targets_with_the_port_of_the_configuration()
    {
        Assert.Equal(["10.0.0.7:80 {__meta_dns_name=\"_m._tcp.ex\"}"], await LookUpAsync("A", 80, "c00c 0001 0001 0000003c 0004 0a000007"));
        Assert.Equal(["[fd00::1]:80 {__meta_dns_name=\"_m._tcp.ex\"}"],
            await LookUpAsync("AAAA", 80, "c00c 001c 0001 0000003c 0010 fd000000000000000000000000000001"));
    }

    [Fact]
    public async Task Names_of_mail_and_name_servers_are_targets()
    {
        Assert.Equal(["m.ex:25 {__meta_dns_mx_record_target=\"m.ex.\", __meta_dns_name=\"_m._tcp.ex\"}"],
            await LookUpAsync("MX", 25, "c00c 000f 0001 0000003c 0008 000a 01 6d 02 6578 00"));
        Assert.Equal(["n.ex:53 {__meta_dns_name=\"_m._tcp.ex\", __meta_dns_ns_record_target=\"n.ex.\"}"],
            await LookUpAsync("NS", 53, "c00c 0002 0001 0000003c 0006 01 6e 02 6578 00"));
    }

    [Theory]
    [InlineData("c00c 0021 0001 0000003c 0010 000a 0005 2384 c022")]
    [InlineData("c00c 0021 0001 0000003c 00ff 000a")]
    [InlineData("c00c 0021")]
    public void Answer_that_is_not_well_formed_is_refused(string record) =>
        Assert.Throws<FormatException>(() => DnsMessage.Records(Answer(DnsMessage.Question(1, "a.ex", 33), 0, 0, record), 33));

    [Fact]
    public async Task Server_that_refuses_leaves_the_targets_and_one_that_knows_no_such_name_ends_them()
    {
        var code = 0;
        await using var server = new Server(question => Answer(question, code, 0, Srv));
        using var discovery = Discovery("SRV", 0, server);
        Assert.True(await discovery.RefreshAsync(CancellationToken.None));
        code = 2;
        Assert.False(await discovery.RefreshAsync(CancellationToken.None));
        Assert.Single(discovery.Groups);
        code = 3;
        Assert.True(await discovery.RefreshAsync(CancellationToken.None));
        Assert.Empty(discovery.Groups);
    }

    [Fact]
    public async Task Answer_that_does_not_fit_is_asked_for_over_tcp()
    {
        await using var server = new Server(question => Answer(question, 0, 2), question => Answer(question, 0, 0, Srv));
        using var discovery = Discovery("SRV", 0, server);
        Assert.True(await discovery.RefreshAsync(CancellationToken.None));
        Assert.Single(discovery.Groups);
    }

    [Fact]
    public void Servers_are_those_of_the_system() => Assert.Equal(
        ["10.0.0.1:53", "[fd00::1]:53"],
        DnsClient.Servers("# x\nsearch ex\nnameserver 10.0.0.1\nnameserver\tfd00::1\nnameserver none\n").Select(server => server.ToString()));

    private static async Task<IEnumerable<string>> LookUpAsync(string type, int port, params string[] records)
    {
        await using var server = new Server(question => Answer(question, 0, 0, records));
        using var discovery = Discovery(type, port, server);
        Assert.True(await discovery.RefreshAsync(CancellationToken.None));
        Assert.False(await discovery.RefreshAsync(CancellationToken.None));
        return discovery.Groups.Select(group => $"{group.Targets.Single()} {group.Labels}");
    }

    private static DnsDiscovery Discovery(string type, int port, Server server) => new(
        new DnsDiscoveryConfig(["_m._tcp.ex"], type, port, 30_000), new DnsClient(() => [server.Address]), NullLogger.Instance, TimeProvider.System);

    private static byte[] Answer(byte[] question, int code, byte flags, params string[] records)
    {
        byte[] answer = [.. question, .. Convert.FromHexString(string.Concat(records).Replace(" ", "", StringComparison.Ordinal))];
        answer[2] = (byte)(0x81 | flags);
        answer[3] = (byte)code;
        answer[7] = (byte)records.Length;
        return answer;
    }

    /// <summary>A name server on one loopback port, over UDP and TCP.</summary>
    private sealed class Server : IAsyncDisposable
    {
        private readonly UdpClient _udp;
        private readonly TcpListener _tcp;
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _serving;

        public Server(Func<byte[], byte[]> answer, Func<byte[], byte[]>? overTcp = null)
        {
            _tcp = new TcpListener(IPAddress.Loopback, 0);
            _tcp.Start();
            Address = (IPEndPoint)_tcp.LocalEndpoint;
            _udp = new UdpClient(Address);
            _serving = Task.WhenAll(ServeUdpAsync(answer), ServeTcpAsync(overTcp ?? answer));
        }

        public IPEndPoint Address { get; }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _serving.ContinueWith(_ => { }, TaskScheduler.Default);
            _udp.Dispose();
            _tcp.Dispose();
            _stop.Dispose();
        }

        private async Task ServeUdpAsync(Func<byte[], byte[]> answer)
        {
            while (true)
            {
                var question = await _udp.ReceiveAsync(_stop.Token);
                await _udp.SendAsync(answer(question.Buffer), question.RemoteEndPoint, _stop.Token);
            }
        }

        private async Task ServeTcpAsync(Func<byte[], byte[]> answer)
        {
            while (true)
            {
                using var client = await _tcp.AcceptTcpClientAsync(_stop.Token);
                var stream = client.GetStream();
                var length = new byte[2];
                await stream.ReadExactlyAsync(length, _stop.Token);
                var question = new byte[length[1]];
                await stream.ReadExactlyAsync(question, _stop.Token);
                var bytes = answer(question);
                await stream.WriteAsync((byte[])[(byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes], _stop.Token);
            }
        }
    }
}
