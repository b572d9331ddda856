using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Touchline.Configuration;
using Touchline.Fetching;

namespace Touchline.Collectors.Probes;

/// <summary>What a TLS handshake of a probe showed: which certificates came, and whether they are good. One for each connection.</summary>
internal sealed class ProbeTls
{
    /// <summary>What Go's time has where it is not set, and so what is exposed where no chain was verified.</summary>
    private const double NoTime = -62_135_596_800;

    private const string EarliestHelp = "Returns last SSL chain expiry in unixtime";

    private readonly SslClientAuthenticationOptions _options;
    private readonly bool _verifies;
    private X509Certificate2? _leaf;
    private DateTime _earliest;
    private DateTime? _chainExpiry;
    private string? _version;
    private string _cipher = "";
    private string _refusal = "";
    private string _problem = "";

    /// <exception cref="FetchException">A certificate, key or version of the configuration cannot be used.</exception>
    public ProbeTls(TlsConfig config, string host, params SslApplicationProtocol[] protocols)
    {
        _options = TlsClient.Options(config);
        _options.TargetHost = config.ServerName is { Length: > 0 } name ? name : host;
        _options.ApplicationProtocols = protocols.Length == 0 ? null : [.. protocols];
        // What a server left out is not fetched from elsewhere: its users' programs would not either, and the probe's time is for its target.
        _options.CertificateChainPolicy ??= new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck };
        _options.CertificateChainPolicy.DisableCertificateDownloads = true;
        _verifies = !config.InsecureSkipVerify;
        _options.RemoteCertificateValidationCallback = Validate;
    }

    /// <summary>When the first certificate that came expires.</summary>
    public DateTime Earliest => _earliest;

    /// <summary>The stream, encrypted; owns the other.</summary>
    /// <exception cref="CertificateException">The certificate is not accepted.</exception>
    public async Task<SslStream> AuthenticateAsync(Stream stream, CancellationToken cancellationToken)
    {
        var secure = new SslStream(stream);
        try
        {
            await secure.AuthenticateAsClientAsync(_options, cancellationToken).ConfigureAwait(false);
            // Noted now, as whoever uses the stream may have closed it by the time that it is written of.
            (_version, _cipher) = (Version(secure.SslProtocol), secure.NegotiatedCipherSuite.ToString());
            return secure;
        }
        catch (AuthenticationException e)
        {
            await secure.DisposeAsync().ConfigureAwait(false);
            throw _refusal.Length == 0 ? e : new CertificateException(_refusal, $"tls: failed to verify certificate: {_problem}");
        }
        catch
        {
            await secure.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Writes what the handshake showed.</summary>
    /// <param name="withCipher">As blackbox_exporter, only some probers tell the cipher.</param>
    /// <param name="withChain">Whether the expiry of the verified chain is told.</param>
    public void Write(ProbeMetrics metrics, bool withCipher, bool withChain = true)
    {
        metrics.Gauge("probe_ssl_earliest_cert_expiry", EarliestHelp).Value = Seconds(_earliest);
        if (withChain)
        {
            metrics.Gauge("probe_ssl_last_chain_expiry_timestamp_seconds", "Returns last SSL chain expiry in timestamp").Value =
                _chainExpiry is { } expiry ? Seconds(expiry) : NoTime;
        }
        if (_leaf is not null)
        {
            metrics.Gauge(
                "probe_ssl_last_chain_info", "Contains SSL leaf certificate information",
                "fingerprint_sha256", CertificateText.Fingerprint(_leaf), "issuer", CertificateText.Name(_leaf.IssuerName), "serialnumber", CertificateText.Serial(_leaf),
                "subject", CertificateText.Name(_leaf.SubjectName), "subjectalternative", CertificateText.DnsNames(_leaf)).Value = 1;
        }
        if (_version is null)
        {
            return;
        }
        metrics.Gauge("probe_tls_version_info", "Returns the TLS version used or NaN when unknown", "version", _version).Value = 1;
        if (withCipher)
        {
            metrics.Gauge("probe_tls_cipher_info", "Returns the TLS cipher negotiated during handshake", "cipher", _cipher).Value = 1;
        }
    }

    /// <summary>Whether the certificates are good for as long as is wanted; says so where not.</summary>
    public bool IsGoodFor(long? seconds, ProbeRun run)
    {
        if (seconds is null || _earliest - run.Time.GetUtcNow().UtcDateTime >= TimeSpan.FromSeconds(seconds.Value))
        {
            return true;
        }
        return run.Fail(ProbeReason.ExpiresSoon, "The certificate expires soon", ("expires", _earliest.ToString("u")));
    }

    private bool Validate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null)
        {
            return !_verifies;
        }
        // Both live only as long as the call.
        _leaf = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        _earliest = _leaf.NotAfter.ToUniversalTime();
        foreach (var other in chain?.ChainPolicy.ExtraStore ?? [])
        {
            _earliest = other.NotAfter.ToUniversalTime() < _earliest ? other.NotAfter.ToUniversalTime() : _earliest;
        }
        if (errors == SslPolicyErrors.None && _verifies && chain is not null)
        {
            _chainExpiry = chain.ChainElements.Min(element => element.Certificate.NotAfter).ToUniversalTime();
        }
        if (errors != SslPolicyErrors.None)
        {
            var expired = chain?.ChainStatus.Any(status => status.Status.HasFlag(X509ChainStatusFlags.NotTimeValid)) == true;
            _problem = errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
                ? $"it is valid for {CertificateText.DnsNames(_leaf)}, not {_options.TargetHost}"
                : string.Join("; ", chain?.ChainStatus.Select(status => status.StatusInformation.Trim()).Distinct() ?? []);
            _refusal = expired ? ProbeReason.ExpiredCertificate
                : errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) ? ProbeReason.WrongHost : ProbeReason.BadCertificate;
        }
        return errors == SslPolicyErrors.None || !_verifies;
    }

    private static double Seconds(DateTime time) => new DateTimeOffset(time, TimeSpan.Zero).ToUnixTimeSeconds();

    private static string Version(SslProtocols protocol) => (int)protocol switch
    {
        192 => "TLS 1.0",
        768 => "TLS 1.1",
        (int)SslProtocols.Tls12 => "TLS 1.2",
        (int)SslProtocols.Tls13 => "TLS 1.3",
        _ => "unknown",
    };
}
