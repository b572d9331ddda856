using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Touchline.Configuration;

namespace Touchline.Hosting;

/// <summary>The server's side of TLS. Certificate files are read again when they change. Thread-safe.</summary>
internal sealed class TlsServer(WebTlsConfig config, bool http2)
{
    private readonly Lock _loading = new();
    private SslStreamCertificateContext? _certificate;
    private DateTime _certificateReadAt;

    public static bool IsCertificateProblem(Exception e) => e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException;

    /// <summary>Throws what <see cref="IsCertificateProblem"/> knows where the certificate or its key cannot be used.</summary>
    public void CheckCertificate() => Certificate();

    public SslServerAuthenticationOptions Options() => new()
    {
        ServerCertificateContext = Certificate(),
        EnabledSslProtocols = Protocols(config.MinVersion, config.MaxVersion),
        ApplicationProtocols = http2 ? [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11] : [SslApplicationProtocol.Http11],
        ClientCertificateRequired = config.ClientAuth != WebClientAuth.NoClientCert,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        RemoteCertificateValidationCallback = (_, certificate, _, _) => IsAccepted(certificate as X509Certificate2),
    };

    private SslStreamCertificateContext Certificate()
    {
        lock (_loading)
        {
            var changed = new[] { config.CertFile, config.KeyFile }.Where(f => f is not null).Select(f => File.GetLastWriteTimeUtc(f!)).DefaultIfEmpty().Max();
            if (_certificate is null || changed != _certificateReadAt)
            {
                var pem = config.Cert ?? PlainFile.ReadAllText(config.CertFile!);
                var key = config.Key?.Value ?? PlainFile.ReadAllText(config.KeyFile!);
                var intermediates = new X509Certificate2Collection();
                intermediates.ImportFromPem(pem);
                _certificate = SslStreamCertificateContext.Create(X509Certificate2.CreateFromPem(pem, key), intermediates, offline: true);
                _certificateReadAt = changed;
            }
            return _certificate;
        }
    }

    private bool IsAccepted(X509Certificate2? certificate)
    {
        if (certificate is null)
        {
            return config.ClientAuth is not (WebClientAuth.RequireAnyClientCert or WebClientAuth.RequireAndVerifyClientCert);
        }
        if (config.ClientAuth is WebClientAuth.VerifyClientCertIfGiven or WebClientAuth.RequireAndVerifyClientCert && !IsSignedByOurs(certificate))
        {
            return false;
        }
        return config.ClientAllowedSans.Count == 0 || AlternativeNames(certificate).Any(config.ClientAllowedSans.Contains);
    }

    private bool IsSignedByOurs(X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.ImportFromPem(config.ClientCa ?? PlainFile.ReadAllText(config.ClientCaFile!));
        return chain.Build(certificate);
    }

    private static IEnumerable<string> AlternativeNames(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(e => e.EnumerateDnsNames().Concat(e.EnumerateIPAddresses().Select(a => a.ToString())));

    private static SslProtocols Protocols(string lowest, string highest)
    {
        // Older versions are named so that a file that allows them is read; the platform no longer offers them.
        var protocols = SslProtocols.None;
        if (string.CompareOrdinal(lowest, "TLS12") <= 0 && string.CompareOrdinal(highest, "TLS12") >= 0)
        {
            protocols |= SslProtocols.Tls12;
        }
        if (string.CompareOrdinal(highest, "TLS13") >= 0)
        {
            protocols |= SslProtocols.Tls13;
        }
        return protocols;
    }
}
