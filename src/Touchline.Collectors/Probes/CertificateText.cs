using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Touchline.Collectors.Probes;

/// <summary>Certificates as Go writes them, since these texts are labels that people compare.</summary>
internal static class CertificateText
{
    /// <summary>The attributes that Go knows, in the order in which it writes them. Source: RFC 4519.</summary>
    private static readonly (string Oid, string Name)[] Attributes =
    [
        ("2.5.4.5", "SERIALNUMBER"), ("2.5.4.3", "CN"), ("2.5.4.11", "OU"), ("2.5.4.10", "O"), ("2.5.4.17", "POSTALCODE"),
        ("2.5.4.9", "STREET"), ("2.5.4.7", "L"), ("2.5.4.8", "ST"), ("2.5.4.6", "C"),
    ];

    public static string Fingerprint(X509Certificate2 certificate) => Convert.ToHexStringLower(SHA256.HashData(certificate.RawData));

    public static string Serial(X509Certificate2 certificate)
    {
        // Whole bytes, without the one that only says that the number is positive.
        return Convert.ToHexStringLower(certificate.SerialNumberBytes.Span.TrimStart((byte)0));
    }

    public static string DnsNames(X509Certificate2 certificate) =>
        string.Join(',', certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(names => names.EnumerateDnsNames()));

    /// <summary>Attributes that Go does not know stand behind the others, the last first.</summary>
    public static string Name(X500DistinguishedName name)
    {
        var values = new Dictionary<string, List<string>>();
        var others = new List<string>();
        foreach (var part in name.EnumerateRelativeDistinguishedNames(reversed: false))
        {
            if (part.HasMultipleElements)
            {
                continue;
            }
            var oid = part.GetSingleElementType().Value!;
            var known = Array.Find(Attributes, attribute => attribute.Oid == oid).Name;
            if (part.GetSingleElementValue() is not { } value)
            {
                continue;
            }
            if (known is null)
            {
                others.Insert(0, $"{oid}={Escaped(value)}");
                continue;
            }
            values.TryAdd(known, []);
            values[known].Add($"{known}={Escaped(value)}");
        }
        return string.Join(',', Attributes.Where(a => values.ContainsKey(a.Name)).Select(a => string.Join('+', values[a.Name])).Concat(others));
    }

    private static string Escaped(string value)
    {
        var text = new StringBuilder();
        for (var i = 0; i < value.Length; i++)
        {
            var c = value[i];
            if (c is ',' or '+' or '"' or '\\' or '<' or '>' or ';' || (i == 0 && c is ' ' or '#') || (i == value.Length - 1 && c == ' '))
            {
                text.Append('\\');
            }
            text.Append(c);
        }
        return text.ToString();
    }
}
