namespace Touchline.Configuration.Tests;

public sealed class ScrapeOptionsTests
{
    private const string Everything = """
        global:
          scrape_protocols: [PrometheusProto]
          sample_limit: 7
          keep_dropped_targets: 3
          on_limit: drop_target
          convert_classic_histograms_to_nhcb: true
          always_scrape_classic_histograms: true
          scrape_native_histograms: true
          metric_name_validation_scheme: legacy
        scrape_configs:
          - job_name: inherits
          - job_name: own
            scrape_protocols: [PrometheusText0.0.4]
            keep_dropped_targets: 5
            on_limit: quarantine
            convert_classic_histograms_to_nhcb: false
            always_scrape_classic_histograms: false
            scrape_native_histograms: false
            metric_name_validation_scheme: utf8
            metric_name_escaping_scheme: dots
            native_histogram_bucket_limit: 160
            native_histogram_min_bucket_factor: 1.1
            proxy_url: http://proxy:1
            no_proxy: a,b
            proxy_connect_header: { X-P: [hidden] }
            http_headers: { X-A: { values: [v], secrets: [hidden], files: [/f] } }
            oauth2: { client_id: id, client_secret: hidden, scopes: [s], token_url: http://t/, endpoint_params: { a: b } }
            http_sd_configs:
              - { url: http://sd/, refresh_interval: 5s, authorization: { credentials: hidden } }
              - url: http://sd2/
                oauth2:
                  client_id: id
                  token_url: http://t/
                  grant_type: urn:ietf:params:oauth:grant-type:jwt-bearer
                  client_certificate_key: hidden
                  client_certificate_key_id: kid
                  signature_algorithm: RS384
                  iss: me
                  audience: you
                  claims: { n: 1, b: true, s: '1', z: ~, l: [1, [a], {}], m: { q: {}, o: 1.5 }, d: 2020-01-01 }
            dns_sd_configs: [{ names: [n], type: a, port: 9 }]
            dockerswarm_sd_configs: [{ host: tcp://d:1, role: nodes, port: 7, filters: [{ name: f, values: [v, w] }] }]
            ec2_sd_configs: [{ region: r, endpoint: e, access_key: a, secret_key: hidden, profile: p, role_arn: arn, port: 8, filters: [{ name: f, values: [v] }] }]
        """;

    [Fact]
    public void Job_inherits_what_it_does_not_say_itself()
    {
        var jobs = Read(Everything).ScrapeConfigs;

        Assert.Equal(["PrometheusProto"], jobs[0].ScrapeProtocols);
        Assert.Equal((3, LimitAction.DropTarget, true, true, true), (jobs[0].KeepDroppedTargets, jobs[0].OnLimit,
            jobs[0].ConvertClassicHistograms, jobs[0].AlwaysScrapeClassicHistograms, jobs[0].ScrapeNativeHistograms));
        Assert.Equal((NameValidation.Legacy, "underscores"), (jobs[0].MetricNameValidation, jobs[0].MetricNameEscaping));
        Assert.Equal(["PrometheusText0.0.4"], jobs[1].ScrapeProtocols);
        Assert.Equal((5, LimitAction.Quarantine, false, false, false), (jobs[1].KeepDroppedTargets, jobs[1].OnLimit,
            jobs[1].ConvertClassicHistograms, jobs[1].AlwaysScrapeClassicHistograms, jobs[1].ScrapeNativeHistograms));
        Assert.Equal((NameValidation.Utf8, "dots"), (jobs[1].MetricNameValidation, jobs[1].MetricNameEscaping));
        Assert.Equal((160, 1.1), (jobs[1].NativeHistogramBucketLimit, jobs[1].NativeHistogramMinBucketFactor));
    }

    [Fact]
    public void Everything_is_written_back_without_secrets_and_reads_as_itself()
    {
        var yaml = PrometheusConfigWriter.ToYaml(Read(Everything));

        Assert.DoesNotContain("hidden", yaml, StringComparison.Ordinal);
        Assert.Equal(yaml, PrometheusConfigWriter.ToYaml(Read(yaml)));
        foreach (var key in (string[])["on_limit: drop_target", "no_proxy: a,b", "X-P:", "endpoint_params:", "url: http://sd/", "type: A", "role: nodes", "grant_type: urn:ietf", "client_certificate_key: <secret>", "kid", "RS384", "iss: me", "audience: you", "\"n\": 1", "s: \"1\"", "z: null", "endpoint: https://e", "role_arn: arn", "profile: p", "native_histogram_min_bucket_factor: 1.1"])
        {
            Assert.Contains(key, yaml, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Unsupported_discovery_is_named_and_the_job_runs_with_its_other_targets()
    {
        var result = PrometheusConfigLoader.Parse(
            "scrape_configs: [{ job_name: a, eureka_sd_configs: [{}], static_configs: [{ targets: [x:1] }] }]", "p.yml", strict: false);

        Assert.Equal(["x:1"], Assert.Single(result.Config!.ScrapeConfigs).StaticConfigs.Single().Targets);
        Assert.StartsWith("p.yml:1:33: warning: scrape_configs.eureka_sd_configs is not supported by this version", Assert.Single(result.Diagnostics).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', client_certificate_key: hidden, signature_algorithm: ES256", "p.yml:1:192: error: valid signature algorithms are RS256, RS384 and RS512, and not ES256")]
    [InlineData("grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', client_certificate_key: hidden, client_certificate_key_file: /f", "p.yml:1:171: error: at most one of oauth2 client_certificate_key, client_certificate_key_file & client_certificate_key_ref must be configured using grant-type=urn:ietf:params:oauth:grant-type:jwt-bearer")]
    [InlineData("grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer'", "p.yml:1:92: warning: neither client_certificate_key nor client_certificate_key_file is set: there is nothing to sign with, and no token")]
    [InlineData("grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', client_certificate_key: hidden, client_secret: hidden", "p.yml:1:171: warning: client_secret has no effect without grant_type: client_credentials")]
    [InlineData("client_secret: hidden, iss: me", "p.yml:1:103: warning: iss has no effect without grant_type: urn:ietf:params:oauth:grant-type:jwt-bearer")]
    [InlineData("grant_type: password", "p.yml:1:92: warning: grant_type password is unknown, and client_credentials is used; the other is urn:ietf:params:oauth:grant-type:jwt-bearer")]
    [InlineData("grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', client_certificate_key: hidden, claims: [a]", "p.yml:1:179: error: cannot unmarshal !!seq into a section: claims holds keys and values")]
    public void Grant_that_lacks_something_is_named_with_its_place(string keys, string finding)
    {
        var result = PrometheusConfigLoader.Parse($"scrape_configs: [{{ job_name: a, oauth2: {{ client_id: a, token_url: 'http://x', {keys} }} }}]", "p.yml", strict: true);

        Assert.Equal(finding, Assert.Single(result.Diagnostics).ToString());
    }

    [Fact]
    public void Claims_without_a_bottom_are_an_error()
    {
        var deep = string.Concat(Enumerable.Repeat("[", 40)) + string.Concat(Enumerable.Repeat("]", 40));
        var result = PrometheusConfigLoader.Parse(
            $"scrape_configs: [{{ job_name: a, oauth2: {{ client_id: a, token_url: 'http://x', grant_type: '{OAuth2Config.JwtBearer}', client_certificate_key: k, claims: {{ a: {deep} }} }} }}]", "p.yml", strict: true);

        Assert.EndsWith("error: nested deeper than 32 levels", Assert.Single(result.Diagnostics).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Limit_action_that_is_none_is_an_error()
    {
        var result = PrometheusConfigLoader.Parse("global: { on_limit: ignore }", "p.yml", strict: true);

        Assert.Equal("p.yml:1:21: error: on_limit is quarantine or drop_target, got \"ignore\"", Assert.Single(result.Diagnostics).ToString());
    }

    private static PrometheusConfig Read(string yaml)
    {
        var result = PrometheusConfigLoader.Parse(yaml, "/p.yml", strict: true);
        Assert.Empty(result.Diagnostics);
        return result.Config!;
    }
}
