using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Touchline.Configuration;

namespace Touchline.Fetching;

/// <summary>Turns tls_config into what the runtime's TLS client wants.</summary>
public static class TlsClient
{
    // SslProtocols.Tls and Tls11 are marked obsolete; a configuration may still name them for old devices.
    private static readonly (string Name, SslProtocols Protocol)[] Versions =
    [
        ("TLS10", (SslProtocols)192), ("TLS11", (SslProtocols)768), ("TLS12", SslProtocols.Tls12), ("TLS13", SslProtocols.Tls13),
    ];

    /// <exception cref="FetchException">A certificate, key or version cannot be used.</exception>
    public static SslClientAuthenticationOptions Options(TlsConfig config)
    {
        var options = new SslClientAuthenticationOptions { EnabledSslProtocols = ProtocolsOf(config) };
        if (config.InsecureSkipVerify)
        {
            options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        }
        else if (Text(config.Ca, config.CaFile, "CA cert") is { } authorities)
        {
            options.CertificateChainPolicy = TrustOnly(authorities, config.CaFile);
        }
        var certificate = Text(config.Cert, config.CertFile, "client cert");
        var key = Text(config.Key?.Value, config.KeyFile, "client key");
        if (certificate is not null && key is not null)
        {
            options.ClientCertificateContext = SslStreamCertificateContext.Create(ClientCertificate(certificate, key, config), null, offline: true);
        }
        return options;
    }

    private static SslProtocols ProtocolsOf(TlsConfig config)
    {
        if (string.IsNullOrEmpty(config.MinVersion) && string.IsNullOrEmpty(config.MaxVersion))
        {
            return SslProtocols.None;
        }
        // As in Go: without a lowest version it is TLS 1.2.
        var lowest = IndexOf(string.IsNullOrEmpty(config.MinVersion) ? "TLS12" : config.MinVersion);
        var highest = IndexOf(string.IsNullOrEmpty(config.MaxVersion) ? "TLS13" : config.MaxVersion);
        return Versions[lowest..(Math.Max(lowest, highest) + 1)].Aggregate(SslProtocols.None, (all, version) => all | version.Protocol);
    }

    private static int IndexOf(string version)
    {
        var index = Array.FindIndex(Versions, v => v.Name == version);
        return index >= 0 ? index : throw new FetchException($"unknown TLS version: {version}, expected TLS10, TLS11, TLS12 or TLS13");
    }

    private static X509ChainPolicy TrustOnly(string pem, string? path)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        try
        {
            policy.CustomTrustStore.ImportFromPem(pem);
        }
        catch (CryptographicException e)
        {
            throw new FetchException($"unable to use specified CA cert {path}: {e.Message}", e);
        }
        return policy.CustomTrustStore.Count > 0
            ? policy
            : throw new FetchException($"unable to use specified CA cert {path}: expected at least one PEM block \"CERTIFICATE\"");
    }

    private static X509Certificate2 ClientCertificate(string certificate, string key, TlsConfig config)
    {
        try
        {
            return X509Certificate2.CreateFromPem(certificate, key);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new FetchException($"unable to use specified client cert ({config.CertFile}) & key ({config.KeyFile}): {e.Message}", e);
        }
    }

    private static string? Text(string? inline, string? path, string what)
    {
        if (string.IsNullOrEmpty(path))
        {
            return string.IsNullOrEmpty(inline) ? null : inline;
        }
        try
        {
            return PlainFile.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FetchException($"unable to load specified {what} {path}: {e.Message}", e);
        }
    }
}
