/// The version of this package, in semantic-versioning form.
public let interlockVersion = "0.1.0"
