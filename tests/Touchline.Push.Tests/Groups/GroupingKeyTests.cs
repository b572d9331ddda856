using Touchline.Push.Groups;

namespace Touchline.Push.Tests.Groups;

public sealed class GroupingKeyTests
{
    [Theory]
    [InlineData("job/a", "job=a")]
    [InlineData("job/a/", "job=a")]
    [InlineData("job/a/instance/b/zone/c", "instance=b,job=a,zone=c")]
    [InlineData("job/a/zone/", "job=a,zone=")]
    [InlineData("job@base64/L3Zhci90bXA=", "job=/var/tmp")]
    [InlineData("job@base64/L3Zhci90bXA", "job=/var/tmp")]
    [InlineData("job/a/path@base64/=", "job=a,path=")]
    [InlineData("job/a/path@base64/Pz8_", "job=a,path=???")]
    [InlineData("job/a/job/other", "job=a")]
    [InlineData("job/a/x/1/x/2", "job=a,x=2")]
    public void A_path_names_its_labels(string path, string labels)
    {
        Assert.True(GroupingKey.TryParse(path, out var key, out _));
        Assert.Equal(labels, string.Join(',', key!.Labels.Select(l => $"{l.Name}={l.Value}")));
    }

    [Theory]
    [InlineData("job/", "job name is required")]
    [InlineData("job@base64/=", "job name is required")]
    [InlineData("job/a/b", "odd number of components in label string \"/b\"")]
    [InlineData("job/a/9b/c", "improper label name \"9b\"")]
    [InlineData("job/a/__b/c", "improper label name \"__b\"")]
    [InlineData("job/a/b@base64/!!!", "invalid base64 encoding for label b=\"!!!\"")]
    [InlineData("job/a/b@base64/Zm 9v", "invalid base64 encoding for label b=\"Zm 9v\"")]
    public void A_path_that_is_none_is_refused(string path, string error)
    {
        Assert.False(GroupingKey.TryParse(path, out _, out var said));
        Assert.Equal(error, said);
    }

    [Fact]
    public void Keys_are_equal_by_their_labels_in_whichever_order_they_came()
    {
        GroupingKey.TryParse("job/a/x/1/y/2", out var first, out _);
        GroupingKey.TryParse("job/a/y/2/x/1", out var second, out _);
        GroupingKey.TryParse("job/a/x/12", out var other, out _);
        Assert.Equal(first, second);
        Assert.NotEqual(first, other);
    }
}
