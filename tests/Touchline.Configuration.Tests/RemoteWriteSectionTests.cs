namespace Touchline.Configuration.Tests;

public sealed class RemoteWriteSectionTests
{
    private const string Full = """
        global: { external_labels: { site: a } }
        remote_write:
          - url: http://me:pw@receiver:9090/api/v1/write
            name: main
            remote_timeout: 5s
            headers: { X-Scope-OrgID: secret-team }
            write_relabel_configs: [{ source_labels: [__name__], regex: go_.*, action: drop }]
            send_exemplars: true
            send_native_histograms: true
            round_robin_dns: true
            protobuf_message: io.prometheus.write.v2.Request
            basic_auth: { username: me, password: pw }
            queue_config: { capacity: 7, max_shards: 6, min_shards: 2, max_samples_per_send: 5, batch_send_deadline: 1s, min_backoff: 2ms, max_backoff: 3s, retry_on_http_429: false, sample_age_limit: 1h }
            metadata_config: { send: false, send_interval: 2m, max_samples_per_send: 9 }
        """;

    [Fact]
    public void Every_key_is_read()
    {
        var result = PrometheusConfigLoader.Parse(Full, "p.yml", strict: true);
        Assert.Empty(result.Diagnostics);
        var remote = Assert.Single(result.Config!.RemoteWrites);

        Assert.Equal(("main", 5000, true, true, true, RemoteWriteMessageType.Two, "secret-team", "me"),
            (remote.Name, remote.RemoteTimeoutMs, remote.SendExemplars, remote.SendNativeHistograms, remote.RoundRobinDns, remote.Message,
                remote.Headers["X-Scope-OrgID"].Value, remote.Http.BasicAuth!.Username));
        Assert.Equal(
            new RemoteWriteQueueConfig
            {
                Capacity = 7,
                MaxShards = 6,
                MinShards = 2,
                MaxSamplesPerSend = 5,
                BatchSendDeadlineMs = 1000,
                MinBackoffMs = 2,
                MaxBackoffMs = 3000,
                RetryOnHttp429 = false,
                SampleAgeLimitMs = 3_600_000,
            },
            remote.Queue);
        Assert.Equal(new RemoteWriteMetadataConfig { Send = false, SendIntervalMs = 120_000, MaxSamplesPerSend = 9 }, remote.Metadata);
        Assert.Equal(RelabelAction.Drop, Assert.Single(remote.WriteRelabelConfigs).Action);
    }

    [Fact]
    public void What_is_written_back_reads_the_same_and_has_no_secrets()
    {
        var config = PrometheusConfigLoader.Parse(Full, "p.yml", strict: true).Config!;
        var yaml = PrometheusConfigWriter.ToYaml(config);

        Assert.DoesNotContain("secret-team", yaml, StringComparison.Ordinal);
        Assert.DoesNotContain("pw@", yaml, StringComparison.Ordinal);
        var again = PrometheusConfigLoader.Parse(yaml, "p.yml", strict: true);
        Assert.Empty(again.Diagnostics);
        Assert.Equal(config.RemoteWrites[0].Queue, again.Config!.RemoteWrites[0].Queue);
        Assert.Equal(yaml, PrometheusConfigWriter.ToYaml(again.Config));
    }

    [Fact]
    public void Defaults_are_those_of_Prometheus()
    {
        var remote = Assert.Single(PrometheusConfigLoader.Parse("remote_write: [{ url: 'http://a/w' }]", "p.yml", strict: true).Config!.RemoteWrites);

        Assert.Equal((30_000, RemoteWriteMessageType.One, false, false, true), (remote.RemoteTimeoutMs, remote.Message, remote.SendExemplars, remote.Http.EnableHttp2, remote.Http.FollowRedirects));
        Assert.Equal(new RemoteWriteQueueConfig(), remote.Queue);
    }

    /// <summary>The words are those of promtool, which was asked.</summary>
    [Theory]
    [InlineData("{name: a}", "url for remote_write is empty")]
    [InlineData("{url: 'http://a', name: a}, {url: 'http://b', name: a}", "found multiple remote write configs with job name \"a\"")]
    [InlineData("{url: 'http://a', headers: {authorization: b}}", "authorization header must be changed via the basic_auth, authorization, oauth2, or sigv4 parameter")]
    [InlineData("{url: 'http://a', headers: {content-type: b}}", "content-type is a reserved header. It must not be changed")]
    [InlineData("{url: 'http://a', protobuf_message: b}", "invalid protobuf_message value: unknown remote write protobuf message b, supported: prometheus.WriteRequest, io.prometheus.write.v2.Request")]
    [InlineData("{url: 'http://a', sigv4: {region: b}, basic_auth: {username: a}}", "at most one of basic_auth, authorization, oauth2, sigv4")]
    [InlineData("null", "empty or null remote write config section")]
    [InlineData("{url: 'http://a', foo: 1}", "field foo not found in type config.plain")]
    [InlineData("{url: 'http://a', queue_config: {foo: 1}}", "field foo not found in type config.QueueConfig")]
    [InlineData("{url: 'http://a', metadata_config: {foo: 1}}", "field foo not found in type config.MetadataConfig")]
    public void Mistakes_are_said(string remotes, string message)
    {
        var result = PrometheusConfigLoader.Parse($"remote_write: [{remotes}]", "p.yml", strict: true);
        Assert.Contains(result.Diagnostics, d => d.Severity == ConfigSeverity.Error && d.Message.StartsWith(message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{url: 'a'}", "remote_write.url cannot be sent to", 0)]
    [InlineData("{url: 'http://a', sigv4: {region: b}}", "remote_write.sigv4 is not supported", 0)]
    [InlineData("{url: 'http://a', azuread: {}}", "remote_write.azuread is not supported", 0)]
    [InlineData("{url: 'http://a', google_iam: {}}", "remote_write.google_iam is not supported", 0)]
    [InlineData("{url: 'http://a', queue_config: {max_shards: 0}}", "max_shards must be more than 0", 1)]
    [InlineData("{url: 'http://a', queue_config: {min_shards: 9, max_shards: 2}}", "max_shards is less than min_shards", 1)]
    public void What_Prometheus_takes_and_cannot_work_is_a_warning(string remote, string message, int remotes)
    {
        var result = PrometheusConfigLoader.Parse($"remote_write: [{remote}]", "p.yml", strict: true);
        Assert.Contains(result.Diagnostics, d => d.Severity == ConfigSeverity.Warning && d.Message.StartsWith(message, StringComparison.Ordinal));
        Assert.Equal(remotes, result.Config!.RemoteWrites.Count);
    }

    [Fact]
    public void Remote_with_a_mistake_is_left_out_and_the_others_stay()
    {
        var result = PrometheusConfigLoader.Parse("remote_write: [{ url: 'http://a', protobuf_message: x }, { url: 'http://b' }]", "p.yml", strict: false);
        Assert.Equal(["http://b/"], result.Config!.RemoteWrites.Select(remote => remote.Url.ToString()));
    }
}
