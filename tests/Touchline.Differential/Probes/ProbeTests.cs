using System.Buffers;
using System.Text;
using Touchline.Collectors;
using Touchline.Collectors.Probes;
using Touchline.Configuration.Probes;
using Touchline.Differential.Host;
using Touchline.Shared;

namespace Touchline.Differential.Probes;

/// <summary>Whether probes find what the real blackbox_exporter finds at the same targets, with the same file of modules.</summary>
public sealed class ProbeTests(ProbeTests.Setting setting) : IClassFixture<ProbeTests.Setting>
{
    /// <summary>Everything that is compared: a module and a target, whose port is named by what listens there.</summary>
    public static TheoryData<string, string> Cases => new()
    {
        { "http", "PLAIN/" }, { "http", "http://PLAIN/204" }, { "http", "PLAIN/404" }, { "http", "PLAIN/503" }, { "http", "PLAIN/redirect" },
        { "http", "PLAIN/circle" }, { "http", "PLAIN/chunked" }, { "http", "PLAIN/modified" }, { "http", "PLAIN/cookie" }, { "http", "PLAIN/gzip" },
        { "http", "PLAIN/reset" }, { "http", "PLAIN/cut" }, { "http", "PLAIN/large" }, { "http", "CLOSED/" }, { "http", "no-such-host.invalid/" },
        { "http", "TLS-as-plain/" }, { "http_hang", "PLAIN/hang" }, { "http_nofollow", "PLAIN/redirect" }, { "http_codes", "PLAIN/404" },
        { "http_codes", "PLAIN/" }, { "http_post", "PLAIN/keep" }, { "http_post", "PLAIN/redirect" }, { "http_head", "PLAIN/" },
        { "http_gzip", "PLAIN/gzip" }, { "http_gzip", "PLAIN/" }, { "http_gzip", "PLAIN/broken-gzip" }, { "http_limit", "PLAIN/" },
        { "http_body", "PLAIN/" }, { "http_body", "PLAIN/chunked" }, { "http_not_body", "PLAIN/" }, { "http_not_body", "PLAIN/modified" },
        { "http_lines", "PLAIN/" }, { "http_header", "PLAIN/" }, { "http_header", "PLAIN/modified" }, { "http_not_header", "PLAIN/" },
        { "http_not_header", "PLAIN/modified" }, { "http_optional_header", "PLAIN/modified" }, { "http_version", "PLAIN/" }, { "http_not_ssl", "PLAIN/" },
        { "http_auth", "PLAIN/echo" }, { "http_host", "PLAIN/echo" }, { "http", "https://TLS/" }, { "https", "https://TLS/" }, { "https", "https://TLS/redirect" },
        { "https", "https://EXPIRED/" }, { "https_1", "https://TLS/" }, { "https_version", "https://TLS/" }, { "https_skip", "https://EXPIRED/" },
        { "https_ssl", "https://TLS/" }, { "https_name", "https://TLS/" }, { "https_bad_name", "https://TLS/" }, { "https_old", "https://TLS/" },
        { "tcp", "BANNER" }, { "tcp", "CLOSED" }, { "tcp", "no-port" }, { "tcp6", "BANNER" }, { "tcp_tls", "TLS" }, { "tcp_tls", "EXPIRED" },
        { "tcp_tls", "BANNER" }, { "tcp_skip", "EXPIRED" }, { "tcp_banner", "BANNER" }, { "tcp_banner", "CLOSES" }, { "tcp_banner", "LONG" },
        { "tcp_chat", "CHAT" }, { "tcp_wrong_chat", "CHAT" }, { "tcp_starttls", "STARTTLS" }, { "tcp_bytes", "BANNER" }, { "tcp_bytes", "CLOSES" },
        { "http_proxy", "http://localhost/" }, { "http_proxy", "http://no-such-host.invalid/" }, { "http_proxy_dns", "http://no-such-host.invalid/" },
        { "unix", "UNIX" }, { "unix", "UNIX.missing" }, { "unix_banner", "UNIX" }, { "unix_other", "UNIX" },
        { "dns_a", "DNS" }, { "dns_a_tcp", "DNSTCP" }, { "dns_tls", "DNSTLS" }, { "dns_soa", "DNS" }, { "dns_mx", "DNS" }, { "dns_txt", "DNS" }, { "dns_srv", "DNS" },
        { "dns_missing", "DNS" }, { "dns_expected_missing", "DNS" }, { "dns_match", "DNS" }, { "dns_no_match", "DNS" }, { "dns_all", "DNS" }, { "dns_none", "DNS" },
        { "dns_extra", "DNS" }, { "dns_any", "DNS" }, { "dns_a", "CLOSED" },
        { "icmp", "127.0.0.1" }, { "icmp", "no-such-host.invalid" }, { "icmp6", "127.0.0.1" },
        { "grpc", "GRPC" }, { "grpc_ill", "GRPC" }, { "grpc_missing", "GRPC" }, { "grpc", "CLOSED" }, { "grpc_tls", "GRPCTLS" }, { "grpc_tls", "EXPIRED" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Families_labels_and_values_are_those_of_blackbox_exporter(string module, string target)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        target = setting.Resolve(target);
        var theirs = await setting.Peer.ProbeAsync(module, target, cancellationToken);
        var outcome = await setting.Runner.RunAsync(setting.Modules[module], target, ProbeTimeout.Of("", setting.Modules[module], TimeSpan.Zero)!.Value, cancellationToken);
        var ours = Read(outcome);
        if (!Environment.IsPrivilegedProcess)
        {
            // The time to live of a reply is seen through a raw socket only.
            theirs.Remove(name => name.StartsWith("probe_icmp_reply_hop_limit", StringComparison.Ordinal));
        }
        var (wanted, found) = (Lines(theirs), Lines(ours));
        Assert.True(
            wanted.SequenceEqual(found),
            $"blackbox_exporter only:\n{string.Join('\n', wanted.Except(found))}\nTouchline only:\n{string.Join('\n', found.Except(wanted))}\n{outcome.Log}");
    }

    private static Exposition Read(ProbeOutcome outcome)
    {
        var output = new ArrayBufferWriter<byte>();
        outcome.Metrics.WriteTo(new TextMetricWriter(output, TextMetricFormat.Prometheus));
        return Exposition.Parse(Encoding.UTF8.GetString(output.WrittenSpan));
    }

    private static List<string> Lines(Exposition exposition)
    {
        var families = exposition.Families.Select(family => $"{family.Key} {family.Value.Type} {family.Value.Help}");
        var samples = exposition.Samples.Select(sample => IsTime(sample.Key) ? sample.Key : $"{sample.Key} {sample.Value:R}");
        return [.. families.Concat(samples).Order(StringComparer.Ordinal)];
    }

    private static bool IsTime(string series) => series.Contains("duration_seconds", StringComparison.Ordinal) || series == "probe_dns_lookup_time_seconds";

    /// <summary>The targets, the modules and the real program, for all cases.</summary>
    public sealed class Setting : IAsyncLifetime
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("touchline-probes-").FullName;
        private readonly Certificates _certificates = new();
        private WebTargets? _web;
        private WireTargets? _wire;
        private HeldPort? _closed;

        internal BlackboxExporter Peer { get; private set; } = null!;

        internal ProbeRunner Runner { get; } = new(TimeProvider.System);

        internal IReadOnlyDictionary<string, ProbeModuleConfig> Modules { get; private set; } = null!;

        internal string Resolve(string target)
        {
            (string Name, string Address)[] addresses =
            [
                ("TLS-as-plain", Local(_web!.Tls)), ("GRPCTLS", $"localhost:{_web.GrpcTls}"), ("GRPC", Local(_web.Grpc)), ("DNSTLS", $"localhost:{_wire!.DnsTls}"), ("DNSTCP", Local(_wire.DnsTcp)),
                ("DNS", Local(_wire.Dns)), ("STARTTLS", $"localhost:{_wire.StartTls}"), ("PLAIN", Local(_web.Plain)), ("EXPIRED", $"localhost:{_web.Expired}"),
                ("TLS", $"localhost:{_web.Tls}"), ("BANNER", Local(_wire.Banner)), ("CLOSES", Local(_wire.Closes)), ("LONG", Local(_wire.LongLine)),
                ("CHAT", Local(_wire.Chat)), ("CLOSED", Local(_closed!.Port)),
                ("UNIX", _wire.Unix),
            ];
            foreach (var (name, address) in addresses)
            {
                if (target.Contains(name, StringComparison.Ordinal))
                {
                    return target.Replace(name, address, StringComparison.Ordinal);
                }
            }
            return target;
        }

        public async ValueTask InitializeAsync()
        {
            var authority = Path.Combine(_folder, "ca.pem");
            await File.WriteAllTextAsync(authority, _certificates.AuthorityPem);
            var file = Path.Combine(_folder, "blackbox.yml");
            _web = await WebTargets.StartAsync(_certificates);
            _wire = new WireTargets(_certificates, Path.Combine(_folder, "socket"));
            await File.WriteAllTextAsync(
                file, ProbeModulesText.Yaml.Replace("CA_FILE", authority, StringComparison.Ordinal).Replace("PROXY", Local(_web.Plain), StringComparison.Ordinal));
            var result = ProbeConfigLoader.Load(file);
            Assert.Empty(result.Diagnostics);
            Modules = result.Modules!;
            _closed = FreePort.Hold();
            Peer = await BlackboxExporter.StartAsync(file);
        }

        public async ValueTask DisposeAsync()
        {
            await Peer.DisposeAsync();
            await _web!.DisposeAsync();
            await _wire!.DisposeAsync();
            _closed!.Dispose();
            Runner.Dispose();
            _certificates.Dispose();
            Directory.Delete(_folder, recursive: true);
        }

        private static string Local(int port) => $"127.0.0.1:{port}";
    }
}
