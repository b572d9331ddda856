using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Touchline.Scraping.Tests.Support;

/// <summary>An assertion as a token server reads it, its signature checked. Source: RFC 7515, section 5.2.</summary>
internal sealed record SignedAssertion(bool IsSigned, JsonElement Header, JsonElement Claims)
{
    public static SignedAssertion Read(string text, RSA key)
    {
        var parts = text.Split('.');
        Assert.Equal(3, parts.Length);
        var header = Json(parts[0]);
        var hash = new HashAlgorithmName($"SHA{header.GetProperty("alg").GetString()![2..]}");
        var isSigned = key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), hash, RSASignaturePadding.Pkcs1);
        return new SignedAssertion(isSigned, header, Json(parts[1]));
    }

    private static JsonElement Json(string part)
    {
        using var document = JsonDocument.Parse(Base64Url.DecodeFromChars(part));
        return document.RootElement.Clone();
    }
}
