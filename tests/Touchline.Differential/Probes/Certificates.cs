using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Touchline.Differential.Probes;

/// <summary>An authority and what it signed, made for one run.</summary>
internal sealed class Certificates : IDisposable
{
    private readonly X509Certificate2 _authority;

    public Certificates()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Test authority, O=Touchline", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        _authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-400), DateTimeOffset.UtcNow.AddDays(400));
        Good = Sign("E=a@b.example, CN=localhost, OU=One, OU=Two, O=\"Touchline, tests\", S=Land, L=Berlin, C=DE", DateTimeOffset.UtcNow.AddDays(90), 0x0a);
        Expired = Sign("CN=localhost", DateTimeOffset.UtcNow.AddDays(-1), 0xc1);
    }

    /// <summary>For localhost, other.example and 127.0.0.1.</summary>
    public X509Certificate2 Good { get; }

    public X509Certificate2 Expired { get; }

    public string AuthorityPem => _authority.ExportCertificatePem();

    public void Dispose()
    {
        _authority.Dispose();
        Good.Dispose();
        Expired.Dispose();
    }

    private X509Certificate2 Sign(string subject, DateTimeOffset until, byte serial)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddDnsName("other.example");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        using var signed = request.Create(_authority, until.AddDays(-300), until, [serial, 2, 3, 4]);
        using var whole = signed.CopyWithPrivateKey(key);
        // Kestrel and SslStream want a key that is not ephemeral on some platforms.
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pfx), null);
    }
}
