using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Amazon;
using Amazon.Runtime.Internal.Auth;
using Touchline.Fetching;

namespace Touchline.Scraping.Discovery;

/// <summary>A service of AWS that is asked by forms and answers in XML. Source: "AWS Signature Version 4" and the Query API of each service.</summary>
/// <param name="client">Speaks to it.</param>
/// <param name="name">What it is called in signatures, <c>ec2</c>.</param>
/// <param name="version">The version of its API.</param>
/// <param name="region">Where it is.</param>
/// <param name="endpoint">Its URL; empty is that of the region.</param>
/// <param name="time">The clock.</param>
internal sealed class AwsService(DiscoveryClient client, string name, string version, string region, string endpoint, TimeProvider time)
{
    /// <summary>Elements and their ends: several times as many as 500 instances with all interfaces and tags that they may have. Each takes a hundred bytes of memory.</summary>
    private const int MostTags = 1_000_000;

    private const string FormType = "application/x-www-form-urlencoded; charset=utf-8";

    /// <summary>The root of the answer, names without their namespace.</summary>
    /// <exception cref="AwsRefusal">The service answers with an error.</exception>
    /// <exception cref="FetchException">There is no answer that can be read.</exception>
    public async Task<XElement> AskAsync(AwsKeys keys, string action, IEnumerable<(string Name, string Value)> parameters, CancellationToken cancellationToken)
    {
        var url = Url();
        var form = string.Join('&', parameters.Prepend(("Version", version)).Prepend(("Action", action))
            .Select(pair => $"{Uri.EscapeDataString(pair.Item1)}={Uri.EscapeDataString(pair.Item2)}"));
        var body = Encoding.UTF8.GetBytes(form);
        var (status, answer) = await client.PostAsync(url, body, request => Sign(request, url, body, keys), cancellationToken).ConfigureAwait(false);
        var root = Parse(answer, url, status);
        return status == HttpStatusCode.OK ? root : throw AwsRefusal.Of(root, action, status);
    }

    private Uri Url()
    {
        var given = endpoint.Length > 0 ? endpoint : $"https://{name}.{region}.{RegionEndpoint.GetBySystemName(region).PartitionDnsSuffix}";
        return Uri.TryCreate(given.TrimEnd('/') + "/", UriKind.Absolute, out var url)
            ? url
            : throw new FetchException($"endpoint {given} is no URL, expected https://host");
    }

    private void Sign(HttpRequestMessage request, Uri url, byte[] body, AwsKeys keys)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var signed = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["content-type"] = FormType,
            ["host"] = url.Authority,
            ["x-amz-date"] = now.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture),
        };
        if (keys.Token is { } token)
        {
            signed["x-amz-security-token"] = token.Value;
            request.Headers.TryAddWithoutValidation("X-Amz-Security-Token", token.Value);
        }
        var names = string.Join(';', signed.Keys);
        var canonical = $"POST\n{url.AbsolutePath}\n\n{string.Concat(signed.Select(header => $"{header.Key}:{header.Value}\n"))}\n{names}\n{Convert.ToHexStringLower(SHA256.HashData(body))}";
        var signature = AWS4Signer.ComputeSignature(keys.AccessKey, keys.SecretKey.Value, region, now, name, names, canonical);
        request.Headers.Host = url.Authority;
        request.Headers.TryAddWithoutValidation("X-Amz-Date", signed["x-amz-date"]);
        request.Content!.Headers.TryAddWithoutValidation("Content-Type", FormType);
        // Credentials of the section are for something before the service; it itself reads the signature only.
        request.Headers.Remove("Authorization");
        request.Headers.TryAddWithoutValidation("Authorization", signature.ForAuthorizationHeader);
    }

    private static XElement Parse(byte[] answer, Uri url, HttpStatusCode status)
    {
        if (answer.AsSpan().Count((byte)'<') > MostTags)
        {
            throw new FetchException($"Post \"{DiscoveryClient.Shown(url)}\": the answer has more than {MostTags} tags");
        }
        try
        {
            using var reader = XmlReader.Create(new MemoryStream(answer), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit });
            var root = XElement.Load(reader);
            foreach (var element in root.DescendantsAndSelf())
            {
                element.Name = element.Name.LocalName;
            }
            return root;
        }
        catch (XmlException e)
        {
            throw new FetchException($"Post \"{DiscoveryClient.Shown(url)}\": server returned HTTP status {(int)status}, and the answer is no XML: {e.Message}", e);
        }
    }
}
