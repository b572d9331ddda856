using Touchline.Configuration.Sections;
using Touchline.Model;

namespace Touchline.Configuration.Writing;

/// <summary>Writes one job.</summary>
internal static class ScrapeConfigYaml
{
    public const string HiddenSecret = "<secret>";

    public static void Write(YamlOutput output, ScrapeConfig job)
    {
        output.Entry("job_name", job.JobName);
        WriteIfTrue(output, "honor_labels", job.HonorLabels);
        output.Entry("honor_timestamps", job.HonorTimestamps);
        output.Entry("track_timestamps_staleness", job.TrackTimestampsStaleness);
        if (job.Params.Count > 0)
        {
            output.Section("params", () =>
            {
                foreach (var (name, values) in job.Params.OrderBy(p => p.Key, StringComparer.Ordinal))
                {
                    output.Texts(name, values);
                }
            });
        }
        output.Entry("scrape_interval", PrometheusDuration.Format(job.ScrapeIntervalMs));
        output.Entry("scrape_timeout", PrometheusDuration.Format(job.ScrapeTimeoutMs));
        output.Texts("scrape_protocols", job.ScrapeProtocols ?? []);
        output.EntryIfAny("fallback_scrape_protocol", job.FallbackScrapeProtocol);
        if (job.ScrapeNativeHistograms is { } native)
        {
            output.Entry("scrape_native_histograms", native);
        }
        WriteIfTrue(output, "always_scrape_classic_histograms", job.AlwaysScrapeClassicHistograms);
        WriteIfTrue(output, "convert_classic_histograms_to_nhcb", job.ConvertClassicHistograms);
        if (job.ExtraScrapeMetrics is { } extra)
        {
            output.Entry("extra_scrape_metrics", extra);
        }
        output.EntryIfAny("scrape_failure_log_file", job.ScrapeFailureLogFile);
        output.EntryIfAny("metrics_path", job.MetricsPath);
        output.EntryIfAny("scheme", job.Scheme);
        output.Entry("enable_compression", job.Http.EnableCompression);
        if (job.BodySizeLimitBytes > 0)
        {
            output.Entry("body_size_limit", ByteSize.Format(job.BodySizeLimitBytes));
        }
        output.EntryIfAny("sample_limit", (ulong)job.SampleLimit);
        output.EntryIfAny("target_limit", (ulong)job.TargetLimit);
        output.EntryIfAny("label_limit", (ulong)job.LabelLimit);
        output.EntryIfAny("label_name_length_limit", (ulong)job.LabelNameLengthLimit);
        output.EntryIfAny("label_value_length_limit", (ulong)job.LabelValueLengthLimit);
        output.EntryIfAny("native_histogram_bucket_limit", (ulong)job.NativeHistogramBucketLimit);
        if (job.NativeHistogramMinBucketFactor != 0)
        {
            output.Entry("native_histogram_min_bucket_factor", job.NativeHistogramMinBucketFactor);
        }
        output.EntryIfAny("keep_dropped_targets", (ulong)job.KeepDroppedTargets);
        if (job.OnLimit == LimitAction.DropTarget)
        {
            output.Entry("on_limit", "drop_target");
        }
        WriteNames(output, job);
        WriteHttp(output, job.Http);
        output.List("relabel_configs", job.RelabelConfigs, step => WriteRelabel(output, step));
        output.List("metric_relabel_configs", job.MetricRelabelConfigs, step => WriteRelabel(output, step));
        DiscoveryYaml.Write(output, job);
        output.List("static_configs", job.StaticConfigs, group =>
        {
            output.Texts("targets", group.Targets);
            WriteLabels(output, "labels", group.Labels);
        });
    }

    public static void WriteLabels(YamlOutput output, string key, Labels labels)
    {
        if (labels.Count == 0)
        {
            return;
        }
        output.Section(key, () =>
        {
            foreach (var label in labels)
            {
                output.Entry(label.Name, label.Value);
            }
        });
    }

    public static void WriteIfTrue(YamlOutput output, string key, bool value)
    {
        if (value)
        {
            output.Entry(key, true);
        }
    }

    private static void WriteNames(YamlOutput output, ScrapeConfig job)
    {
        var isLegacy = job.MetricNameValidation == NameValidation.Legacy;
        if (isLegacy)
        {
            output.Entry("metric_name_validation_scheme", "legacy");
        }
        if (isLegacy || job.MetricNameEscaping != new ScrapeConfig { JobName = "" }.MetricNameEscaping)
        {
            output.Entry("metric_name_escaping_scheme", job.MetricNameEscaping);
        }
    }

    public static void WriteHttp(YamlOutput output, HttpClientConfig http)
    {
        if (http.BasicAuth is { } basic)
        {
            output.Section("basic_auth", () =>
            {
                output.EntryIfAny("username", basic.Username);
                output.EntryIfAny("username_file", basic.UsernameFile);
                output.EntryIfAny("password", basic.Password is null ? null : HiddenSecret);
                output.EntryIfAny("password_file", basic.PasswordFile);
            });
        }
        if (http.Authorization is { } authorization)
        {
            output.Section("authorization", () =>
            {
                output.Entry("type", authorization.Type);
                output.EntryIfAny("credentials", authorization.Credentials is null ? null : HiddenSecret);
                output.EntryIfAny("credentials_file", authorization.CredentialsFile);
            });
        }
        if (http.OAuth2 is { } oauth)
        {
            output.Section("oauth2", () => WriteOAuth2(output, oauth));
        }
        WriteTls(output, http.Tls);
        output.Entry("follow_redirects", http.FollowRedirects);
        output.Entry("enable_http2", http.EnableHttp2);
        WriteProxy(output, http);
        if (http.HttpHeaders.Count > 0)
        {
            output.Section("http_headers", () => WriteHeaders(output, http.HttpHeaders));
        }
    }

    private static void WriteProxy(YamlOutput output, HttpClientConfig http)
    {
        output.EntryIfAny("proxy_url", WithoutPassword(http.ProxyUrl));
        output.EntryIfAny("no_proxy", http.NoProxy);
        WriteIfTrue(output, "proxy_from_environment", http.ProxyFromEnvironment);
        if (http.ProxyConnectHeader.Count > 0)
        {
            output.Section("proxy_connect_header", () =>
            {
                foreach (var (name, values) in http.ProxyConnectHeader.OrderBy(header => header.Key, StringComparer.Ordinal))
                {
                    output.Texts(name, [.. values.Select(_ => HiddenSecret)]);
                }
            });
        }
    }

    private static void WriteHeaders(YamlOutput output, IReadOnlyDictionary<string, HttpHeaderConfig> headers)
    {
        foreach (var (name, header) in headers.OrderBy(header => header.Key, StringComparer.Ordinal))
        {
            output.Section(name, () =>
            {
                output.Texts("values", header.Values);
                output.Texts("secrets", [.. header.Secrets.Select(_ => HiddenSecret)]);
                output.Texts("files", header.Files);
            });
        }
    }

    private static void WriteOAuth2(YamlOutput output, OAuth2Config oauth)
    {
        output.Entry("client_id", oauth.ClientId);
        output.EntryIfAny("client_secret", oauth.ClientSecret is null ? null : HiddenSecret);
        output.EntryIfAny("client_secret_file", oauth.ClientSecretFile);
        WriteAssertion(output, oauth);
        output.Texts("scopes", oauth.Scopes);
        output.Entry("token_url", WithoutPassword(oauth.TokenUrl)!);
        if (oauth.EndpointParams.Count > 0)
        {
            output.Section("endpoint_params", () =>
            {
                foreach (var (name, value) in oauth.EndpointParams.OrderBy(parameter => parameter.Key, StringComparer.Ordinal))
                {
                    output.Entry(name, value);
                }
            });
        }
        WriteTls(output, oauth.Http.Tls);
        WriteProxy(output, oauth.Http);
    }

    private static void WriteAssertion(YamlOutput output, OAuth2Config oauth)
    {
        output.EntryIfAny("client_certificate_key_id", oauth.CertificateKeyId);
        output.EntryIfAny("client_certificate_key", oauth.CertificateKey is null ? null : HiddenSecret);
        output.EntryIfAny("client_certificate_key_file", oauth.CertificateKeyFile);
        output.EntryIfAny("grant_type", oauth.GrantType);
        output.EntryIfAny("signature_algorithm", oauth.SignatureAlgorithm);
        output.EntryIfAny("iss", oauth.Issuer);
        output.EntryIfAny("audience", oauth.Audience);
        if (oauth.Claims.Count > 0)
        {
            output.Section("claims", () =>
            {
                foreach (var (name, value) in oauth.Claims.OrderBy(claim => claim.Key, StringComparer.Ordinal))
                {
                    output.Entry(name, value);
                }
            });
        }
    }

    /// <summary>Nothing where all of it is as it is without a word.</summary>
    public static void WriteTls(YamlOutput output, TlsConfig tls)
    {
        if (tls == new TlsConfig())
        {
            return;
        }
        output.Section("tls_config", () =>
        {
            output.EntryIfAny("ca", tls.Ca);
            output.EntryIfAny("cert", tls.Cert);
            output.EntryIfAny("key", tls.Key is null ? null : HiddenSecret);
            output.EntryIfAny("ca_file", tls.CaFile);
            output.EntryIfAny("cert_file", tls.CertFile);
            output.EntryIfAny("key_file", tls.KeyFile);
            output.EntryIfAny("server_name", tls.ServerName);
            output.Entry("insecure_skip_verify", tls.InsecureSkipVerify);
            output.EntryIfAny("min_version", tls.MinVersion);
            output.EntryIfAny("max_version", tls.MaxVersion);
        });
    }

    public static void WriteRelabel(YamlOutput output, RelabelConfig step)
    {
        var defaults = new RelabelConfig();
        output.Texts("source_labels", step.SourceLabels, inOneLine: true);
        // These two actions take no other field, so that written-out defaults would not read back.
        var bare = step.Action is RelabelAction.KeepEqual or RelabelAction.DropEqual;
        if (!bare)
        {
            output.Entry("separator", step.Separator);
        }
        if (step.Regex.Pattern != defaults.Regex.Pattern)
        {
            output.Entry("regex", step.Regex.Pattern);
        }
        output.EntryIfAny("modulus", step.Modulus);
        output.EntryIfAny("target_label", step.TargetLabel);
        if (!bare)
        {
            output.Entry("replacement", step.Replacement);
        }
        output.Entry("action", RelabelSection.NameOf(step.Action));
    }

    public static string? WithoutPassword(string? url)
    {
        if (url is null || !Uri.TryCreate(url, UriKind.Absolute, out var uri) || !uri.UserInfo.Contains(':'))
        {
            return url;
        }
        return url.Replace(uri.UserInfo, $"{uri.UserInfo.Split(':')[0]}:xxxxx", StringComparison.Ordinal);
    }
}
