using System.Collections.Frozen;
using Touchline.Model;

namespace Touchline.Configuration.Probes;

/// <summary>The modules that are there without a file: those of the example that comes with blackbox_exporter.</summary>
public static class DefaultProbeModules
{
    public static IReadOnlyDictionary<string, ProbeModuleConfig> All { get; } = new Dictionary<string, ProbeModuleConfig>
    {
        ["http_2xx"] = new() { Prober = ProberKind.Http, Http = new HttpProbeConfig { Address = PreferIp4 } },
        ["http_post_2xx"] = new() { Prober = ProberKind.Http, Http = new HttpProbeConfig { Method = "POST" } },
        ["tcp_connect"] = new() { Prober = ProberKind.Tcp },
        ["pop3s_banner"] = new() { Prober = ProberKind.Tcp, Tcp = new TcpProbeConfig { Tls = true, QueryResponse = [Expect(@"^+OK")] } },
        ["grpc"] = new() { Prober = ProberKind.Grpc, Grpc = new GrpcProbeConfig { Tls = true, Address = PreferIp4 } },
        ["grpc_plain"] = new() { Prober = ProberKind.Grpc, Grpc = new GrpcProbeConfig { Service = "service1" } },
        ["ssh_banner"] = new()
        {
            Prober = ProberKind.Tcp,
            Tcp = new TcpProbeConfig { QueryResponse = [Expect("^SSH-2.0-"), new QueryResponseConfig { Send = "SSH-2.0-blackbox-ssh-check" }] },
        },
        ["icmp"] = new() { Prober = ProberKind.Icmp },
        ["icmp_ttl5"] = new() { Prober = ProberKind.Icmp, TimeoutMs = 5_000, Icmp = new IcmpProbeConfig { Ttl = 5 } },
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static ProbeAddressConfig PreferIp4 => new() { PrefersIp4 = true };

    private static QueryResponseConfig Expect(string pattern) => new() { Expect = new SearchRegex(pattern) };
}
